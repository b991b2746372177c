//! Long computations: detached from the interpreter, and interruptible with Ctrl-C.

use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::{Error, Watch};

use crate::heap::{SLICE, Turns, assert_not_paused, memory};
use crate::module;
use crate::progress;

/// The longest time until a Ctrl-C is noticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// The usual number of steps of an algorithm from one check to the next.
const A_CHECK: usize = 1 << 16;

/// With fewer vertices and edges, detaching from the interpreter and attaching again is not worth
/// the time.
const WORTH_DETACHING: usize = 20_000;

/// Runs the handlers of pending signals, whether the thread is attached or not. Raises MemoryError
/// if memory has run out.
///
/// Handlers run only in the main interpreter; in other interpreters there is nothing to check, and
/// no reason to attach. When the program ends, no thread can attach, and a computation continues:
/// a finalizer needs its result, and any other thread waits forever at its end.
#[expect(
    clippy::disallowed_methods,
    reason = "it checks that the heap is not paused"
)]
pub(crate) fn check_signals() -> PyResult<()> {
    assert_not_paused();
    memory::check()?;
    if module::serves_main_interpreter() {
        Python::try_attach(check).unwrap_or(Ok(()))
    } else {
        Ok(())
    }
}

/// Runs the handlers of pending signals, and reports how far the call is.
pub(crate) fn check(py: Python<'_>) -> PyResult<()> {
    py.check_signals()?;
    progress::report(py)
}

/// Stops a computation if a signal handler raises an exception, or if memory has run out.
pub(crate) struct Signals {
    /// When it was last checked; `None` if it is to be checked at once.
    checked: Option<Instant>,
    steps: u32,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            checked: (!progress::is_asked_for()).then(Instant::now),
            steps: 0,
        }
    }

    /// Counts a step of a loop of our own, and checks from time to time.
    #[inline]
    pub(crate) fn step(&mut self) -> ControlFlow<PyErr> {
        const INTERVAL: u32 = 1 << 12;

        self.steps = self.steps.wrapping_add(1);
        match self.steps.is_multiple_of(INTERVAL) {
            true => self.check_after(INTERVAL as usize),
            false => ControlFlow::Continue(()),
        }
    }

    fn check_after(&mut self, steps: usize) -> ControlFlow<PyErr> {
        if let Err(error) = memory::check() {
            return ControlFlow::Break(error);
        }
        progress::steps(steps);
        if self
            .checked
            .is_some_and(|checked| checked.elapsed() < PATIENCE)
        {
            return ControlFlow::Continue(());
        }
        self.checked = Some(Instant::now());
        match check_signals() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Watch for Signals {
    type Stop = PyErr;

    fn check(&mut self) -> ControlFlow<PyErr> {
        self.check_after(A_CHECK)
    }
}

/// Runs a computation on our own arrays while other threads run Python code. `size` is the
/// approximate number of vertices and edges that it visits.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    size: usize,
    job: impl FnOnce(&mut Signals) -> ControlFlow<PyErr, T> + Send,
) -> PyResult<T> {
    if size >= WORTH_DETACHING {
        progress::part(size);
    }
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

/// The outcome of a computation that may have been stopped, or that may have been given a vertex
/// that is not in the graph.
pub(crate) fn answer<T>(result: Result<ControlFlow<PyErr, T>, Error>) -> ControlFlow<PyErr, T> {
    result.unwrap_or_else(|error| ControlFlow::Break(PyValueError::new_err(error.to_string())))
}

/// A reader or a writer that checks from time to time for Ctrl-C. An exception of a signal handler
/// ends the work with an error, which the exception replaces.
pub(crate) struct Watched<'a, T> {
    inner: T,
    signals: Signals,
    stopped: &'a mut Option<PyErr>,
}

impl<'a, T> Watched<'a, T> {
    /// `stopped` receives the exception.
    pub(crate) fn new(inner: T, stopped: &'a mut Option<PyErr>) -> Self {
        Self {
            inner,
            signals: Signals::new(),
            stopped,
        }
    }

    fn check(&mut self) -> io::Result<()> {
        // A parser may read on after an error, to the end of a part.
        if self.stopped.is_none() {
            *self.stopped = self.signals.check().break_value();
        }
        match self.stopped {
            None => Ok(()),
            Some(_) => Err(io::Error::other("interrupted")),
        }
    }
}

impl<T: Write> Write for Watched<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Watched<'_, T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.inner.read(bytes)
    }
}

/// Writes a text while other threads run Python code; Ctrl-C stops it.
pub(crate) fn watched_text(
    py: Python<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send,
) -> PyResult<String> {
    const PART: usize = 1 << 16;
    /// The bytes of a large text.
    const TEXT: usize = 1 << 26;

    progress::part(TEXT);
    let (mut text, mut stopped) = (Vec::new(), None);
    let done = py.detach(|| {
        let mut out = BufWriter::with_capacity(PART, Watched::new(&mut text, &mut stopped));
        write(&mut out)?;
        out.flush()
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    done?;
    Ok(py
        .detach(|| String::from_utf8(text))
        .expect("only text was written"))
}

/// Checks from time to time for a Ctrl-C and for lack of memory, in a loop that works with Python
/// objects, and lets other threads run.
#[derive(Default)]
pub(crate) struct Checkpoint {
    steps: u32,
    turns: Turns,
}

impl Checkpoint {
    const INTERVAL: u32 = 1 << 10;

    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// That of a loop with this number of steps, as far as it is known.
    pub(crate) fn of(steps: usize) -> Self {
        if steps >= WORTH_DETACHING {
            progress::loop_of(steps);
        }
        Self::new()
    }

    pub(crate) fn step(&mut self, py: Python<'_>) -> PyResult<()> {
        memory::check()?;
        self.steps += 1;
        if self.steps.is_multiple_of(Self::INTERVAL) {
            self.pause(py, Self::INTERVAL as usize)?;
        }
        Ok(())
    }

    /// The same between two parts of a pass, each of which takes some time.
    pub(crate) fn turn(&mut self, py: Python<'_>) -> PyResult<()> {
        memory::check()?;
        self.pause(py, SLICE)
    }

    #[cold]
    fn pause(&mut self, py: Python<'_>, steps: usize) -> PyResult<()> {
        progress::steps(steps);
        check(py)?;
        self.turns.give(py);
        Ok(())
    }
}
