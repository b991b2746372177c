//! Long computations: without the interpreter, and stopped by Ctrl-C.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::{Error, Watch};

use crate::heap::{assert_not_paused, memory};
use crate::module;

/// How long a Ctrl-C may wait to be seen.
const PATIENCE: Duration = Duration::from_millis(50);

/// Below this many vertices and edges the time to give the interpreter away and to get it
/// back is not worth while.
const WORTH_DETACHING: usize = 20_000;

/// Runs the handlers of the signals that have come, attached or not. Raises MemoryError when
/// memory has run out.
///
/// Handlers run in the main interpreter only: in another one there is nothing to ask, and
/// no reason to attach. When the program ends nothing can attach, and a computation
/// continues: a finalizer needs its result, and any other thread waits forever at its end.
#[expect(
    clippy::disallowed_methods,
    reason = "it checks that the heap is not paused"
)]
pub(crate) fn check_signals() -> PyResult<()> {
    assert_not_paused();
    memory::check()?;
    if module::serves_main_interpreter() {
        Python::try_attach(|py| py.check_signals()).unwrap_or(Ok(()))
    } else {
        Ok(())
    }
}

/// Stops a computation when a signal's handler raises, or memory has run out.
pub(crate) struct Signals {
    checked: Instant,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            checked: Instant::now(),
        }
    }
}

impl Watch for Signals {
    type Stop = PyErr;

    fn check(&mut self) -> ControlFlow<PyErr> {
        if let Err(error) = memory::check() {
            return ControlFlow::Break(error);
        }
        if self.checked.elapsed() < PATIENCE {
            return ControlFlow::Continue(());
        }
        self.checked = Instant::now();
        match check_signals() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// Runs a computation on our own arrays while other threads run Python. `size` is
/// about how many vertices and edges it visits.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    size: usize,
    job: impl FnOnce(&mut Signals) -> ControlFlow<PyErr, T> + Send,
) -> PyResult<T> {
    let flow = if size < WORTH_DETACHING {
        job(&mut Signals::new())
    } else {
        py.detach(|| job(&mut Signals::new()))
    };
    match flow {
        ControlFlow::Continue(result) => Ok(result),
        ControlFlow::Break(error) => Err(error),
    }
}

/// What a computation comes to that could be stopped, or be asked about a vertex that the
/// graph does not have.
pub(crate) fn answer<T>(result: Result<ControlFlow<PyErr, T>, Error>) -> ControlFlow<PyErr, T> {
    result.unwrap_or_else(|error| ControlFlow::Break(PyValueError::new_err(error.to_string())))
}

/// Looks for a Ctrl-C now and then, and for the end of memory, in a loop that works with
/// Python objects.
pub(crate) struct Checkpoint(u32);

impl Checkpoint {
    const INTERVAL: u32 = 1 << 12;

    pub(crate) fn new() -> Self {
        Self(0)
    }

    pub(crate) fn step(&mut self, py: Python<'_>) -> PyResult<()> {
        memory::check()?;
        self.0 += 1;
        if self.0.is_multiple_of(Self::INTERVAL) {
            py.check_signals()?;
        }
        Ok(())
    }
}
