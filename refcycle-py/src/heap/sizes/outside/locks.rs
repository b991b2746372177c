//! The locks that objects own.

/// A semaphore, which locks own up to 3.14.
#[cfg(target_os = "linux")]
pub(super) const LOCK: usize = size_of::<libc::sem_t>();
/// On other systems, a lock consists of several parts.
#[cfg(not(target_os = "linux"))]
#[cfg_attr(Py_3_15, allow(dead_code))]
pub(super) const LOCK: usize = 0;

/// The lock that objects of some modules own.
pub(super) const INNER_LOCK: usize = if cfg!(Py_3_15) { 0 } else { LOCK };
