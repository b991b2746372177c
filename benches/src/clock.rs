//! The time of a run: that of a clock on the wall, or that of the processor.

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

static PROCESSOR: AtomicBool = AtomicBool::new(false);

/// From now on, measures the time in which the processor worked for the calling thread. It is
/// hardly affected by other work on the machine, but leaves out what other threads do.
pub fn measure_processor_time() {
    PROCESSOR.store(cfg!(unix), Relaxed);
}

/// Whether processor time is measured.
fn is_processor_time() -> bool {
    PROCESSOR.load(Relaxed)
}

/// The time since some moment in the past.
pub fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    if is_processor_time() {
        return processor_time();
    }
    START.get_or_init(Instant::now).elapsed()
}

/// The result, and the shortest time of three runs.
pub fn fastest<T>(run: impl Fn() -> T) -> (Duration, T) {
    let timed = || {
        let start = now();
        let result = black_box(run());
        (now() - start, result)
    };
    let first = timed();
    (0..2).map(|_| timed()).fold(
        first,
        |best, next| if next.0 < best.0 { next } else { best },
    )
}

#[cfg(unix)]
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` can be written.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0, "the system has such a clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}
