//! Ctrl-C during a pass over the heap.
//!
//! A signal handler is Python code, so it cannot run while the heap is paused (`paused.rs`). A
//! long pass asks from time to time whether SIGINT has arrived. If so, the pass ends, what it has
//! taken is released, and the handler runs outside of the pause. If it raises nothing, as a handler
//! that only counts, the pass is made again, this time to its end.
//!
//! # Why asking is sound
//! `PyOS_InterruptOccurred` reads a flag and clears it, in 3.10 to 3.15. It creates no object and
//! runs no handler. It sees the flag only in the thread and the interpreter in which handlers run.
//!
//! # Why the handler is called from here
//! CPython would no longer call it, because the flag is cleared. Setting the flag again
//! (`PyErr_SetInterruptEx`) would also write to the file of `signal.set_wakeup_fd` again, and asyncio
//! would handle the signal twice.

use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::ffi;
use pyo3::prelude::*;

use super::is_ending;

/// The number of SIGINT, which is the same on all systems.
const SIGINT: i32 = 2;

/// Asks from time to time whether SIGINT has arrived.
pub(super) struct Polls {
    /// The number of steps until the next question.
    left: u32,
    /// Whether it asks at all.
    is_on: bool,
    has_arrived: bool,
}

/// SIGINT has arrived, and the pass is to end.
pub(super) struct Interrupted;

impl Polls {
    /// A pass over this many objects takes at most a few milliseconds.
    const INTERVAL: u32 = 1 << 14;

    fn on() -> Self {
        Self {
            left: 1,
            is_on: true,
            has_arrived: false,
        }
    }

    /// Those of a pass that does not end early.
    pub(super) fn off() -> Self {
        Self {
            is_on: false,
            ..Self::on()
        }
    }

    /// Called for each object.
    #[inline]
    pub(super) fn step(&mut self) -> Result<(), Interrupted> {
        self.left -= 1;
        if self.left == 0 { self.ask() } else { Ok(()) }
    }

    /// Called for each part of a pass.
    #[cold]
    #[inline(never)]
    pub(super) fn ask(&mut self) -> Result<(), Interrupted> {
        self.left = Self::INTERVAL;
        // SAFETY: the thread is attached, as in every pause.
        if self.is_on && unsafe { ffi::PyOS_InterruptOccurred() } != 0 {
            self.has_arrived = true;
            return Err(Interrupted);
        }
        Ok(())
    }
}

impl From<Interrupted> for PyErr {
    /// An error that ends the pass; `interruptible` replaces it.
    fn from(Interrupted: Interrupted) -> Self {
        PyKeyboardInterrupt::new_err(())
    }
}

/// Makes a pass that ends early if SIGINT arrives. Then the handler is called: its exception is
/// raised; if there is none, the pass is made once more, without an end before its time.
///
/// The objects to which the pass takes references are also held by others until it returns.
pub(super) fn interruptible<T>(
    py: Python<'_>,
    mut pass: impl FnMut(&mut Polls) -> PyResult<T>,
) -> PyResult<T> {
    // When the program ends, there may be no handlers any more.
    let mut polls = match is_ending(py) {
        true => Polls::off(),
        false => Polls::on(),
    };
    let result = pass(&mut polls);
    if !polls.has_arrived {
        return result;
    }
    drop(result);
    call_handler(py)?;
    pass(&mut Polls::off())
}

/// Calls the handler of SIGINT as CPython does, and then those of other signals that have arrived.
fn call_handler(py: Python<'_>) -> PyResult<()> {
    super::assert_not_paused();
    let handler = py.import("_signal")?.call_method1("getsignal", (SIGINT,))?;
    // A number stands for the system's actions, of which CPython calls none either.
    if handler.is_callable() {
        // SAFETY: the thread is attached; the frame is borrowed, or null without an error.
        let frame = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyEval_GetFrame().cast()) };
        handler.call1((SIGINT, frame))?;
    }
    py.check_signals()
}
