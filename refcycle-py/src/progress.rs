//! How far a long call is, for the argument `progress`.
//!
//! # The rule
//! `#[guarded]` announces a call that has the argument here; nothing in the call mentions it. The
//! function of the user is called with what is done of [`TOTAL`]: with 0 before the work, then at
//! most once per [`INTERVAL`], never with less than before and never with all, and with all at the
//! end. It is called by the thread of the call, and only where the call also looks for Ctrl-C: there,
//! code of the user may run, the heap is not paused, and nothing is half made. What it raises ends
//! the call as Ctrl-C does. In other interpreters than the main one, an algorithm that has left the
//! interpreter does not report.
//!
//! What is done is an estimate. A call has parts, and how many there are is not known. So each takes
//! a third of what is left, or of what is left of its stage, if the call has said how large a share
//! a stage takes.
//!
//! Calls that this package makes on behalf of the call belong to it. Those of the user's code, such
//! as a finalizer, do not, and neither do those of the function itself.
//!
//! # What is in the heap
//! Nothing that this module makes: the state is here, and of a bar Python has a number or a text.

use std::cell::Cell;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::heap::{attached, is_called_by_package, is_ending};

/// The argument of a call. `#[guarded]` recognises this name.
pub(crate) type Progress<'py> = Option<Bound<'py, PyAny>>;

const TOTAL: u64 = 1000;

/// The shortest time between two reports.
const INTERVAL: Duration = Duration::from_millis(50);

/// How long a call may take without a bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// The share of a part of what is left.
const A_PART: f64 = 1.0 / 3.0;

/// The steps of a part of which nothing is known.
const COMMON: usize = 1_000_000;

thread_local! {
    static RUNNING: Cell<Option<Box<Running>>> = const { Cell::new(None) };
}

/// Who is told.
pub(crate) enum Listener {
    Function(Py<PyAny>),
    Bar(Bar),
}

impl Listener {
    pub(crate) fn function(function: Bound<'_, PyAny>) -> Self {
        Self::Function(function.unbind())
    }

    pub(crate) fn bar(name: &str) -> Self {
        Self::Bar(Bar {
            name: name.to_owned(),
            shown: None,
            drawn: Instant::now(),
        })
    }

    /// Tells what is done.
    pub(crate) fn tell(&mut self, py: Python<'_>, done: u64, total: u64) -> PyResult<()> {
        match self {
            Self::Function(function) => function.call1(py, (done, total)).map(drop),
            Self::Bar(bar) => bar.draw(py, done, total),
        }
    }
}

/// A bar on the terminal or in a notebook. It is removed at the end.
pub(crate) struct Bar {
    name: String,
    /// What Python needs to draw it again: a number or a text.
    shown: Option<Py<PyAny>>,
    drawn: Instant,
}

impl Bar {
    const MODULE: &str = "refcycle._text.progress_bar";

    fn draw(&mut self, py: Python<'_>, done: u64, total: u64) -> PyResult<()> {
        let interval = match self.shown {
            None => PATIENCE,
            Some(_) => 2 * INTERVAL,
        };
        if self.drawn.elapsed() < interval || is_ending(py) {
            return Ok(());
        }
        let draw = py.import(Self::MODULE)?.getattr("draw")?;
        let shown = draw.call1((&self.name, done, total, &self.shown))?;
        self.shown = Some(shown.unbind());
        self.drawn = Instant::now();
        Ok(())
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let Some(shown) = self.shown.take() else {
            return;
        };
        attached(|py| {
            if is_ending(py) {
                return;
            }
            let removed = py
                .import(Self::MODULE)
                .and_then(|module| module.getattr("remove")?.call1((shown,)));
            if let Err(error) = removed {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// A call that reports.
struct Running {
    listener: Listener,
    told: u64,
    /// The time of the last report after the first.
    when: Option<Instant>,
    /// Shares of the call: where the part begins and ends, and where the stage ends.
    begin: f64,
    end: f64,
    until: f64,
    /// The steps of the part that were made, and about how many it has.
    steps: usize,
    size: usize,
    /// Whether it has no more.
    is_loop: bool,
}

impl Running {
    fn new(listener: Listener) -> Self {
        Self {
            listener,
            told: 0,
            when: None,
            begin: 0.0,
            end: A_PART,
            until: 1.0,
            steps: 0,
            size: COMMON,
            is_loop: false,
        }
    }

    fn begin_part(&mut self, size: usize) {
        // A part that was over at once takes nothing.
        if self.steps > 0 {
            self.begin = self.end;
        }
        self.end = self.begin + (self.until - self.begin) * A_PART;
        self.steps = 0;
        self.size = size.max(1);
        self.is_loop = false;
    }

    fn begin_stage(&mut self, share: f64) {
        if self.until < 1.0 {
            self.begin = self.until;
            self.steps = 0;
        } else if self.steps > 0 {
            self.begin = self.end;
        }
        self.until = self.begin + (1.0 - self.begin) * share;
        self.begin_part(COMMON);
    }

    fn tell(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.when.is_some_and(|when| when.elapsed() < INTERVAL) {
            return Ok(());
        }
        // A computation may visit a vertex several times: its part is never complete.
        let all = match self.is_loop {
            true => self.size.max(self.steps),
            false => self.size + self.steps,
        };
        let share = self.steps as f64 / all as f64;
        let done = self.begin + (self.end - self.begin) * share;
        self.told = ((done * TOTAL as f64) as u64).clamp(self.told, TOTAL - 1);
        self.listener.tell(py, self.told, TOTAL)?;
        self.when = Some(Instant::now());
        Ok(())
    }
}

/// Puts back the call that was running before, or no call.
pub(crate) struct Suspended(Option<Box<Running>>);

impl Drop for Suspended {
    fn drop(&mut self) {
        let before = self.0.take();
        // There is nothing to put back when the thread ends.
        let _ = RUNNING.try_with(|running| running.replace(before));
    }
}

fn take() -> Option<Box<Running>> {
    RUNNING.try_with(Cell::take).ok().flatten()
}

/// Changes the state of the call that is running, if it reports.
fn change(change: impl FnOnce(&mut Running)) {
    if let Some(mut running) = take() {
        change(&mut running);
        RUNNING.set(Some(running));
    }
}

/// Called at the begin of each call from Python: one of the user's code within another call is not
/// a part of it.
pub(crate) fn not_of_the_user() -> Option<Suspended> {
    let suspended = Suspended(Some(take()?));
    match attached(is_called_by_package) {
        Some(true) => None, // puts it back
        _ => Some(suspended),
    }
}

/// Makes a call that reports.
pub(crate) fn during<T>(
    py: Python<'_>,
    listener: Listener,
    call: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let mut running = Box::new(Running::new(listener));
    let _before = Suspended(take());
    running.listener.tell(py, 0, TOTAL)?;
    RUNNING.set(Some(running));
    let result = call()?;
    if let Some(mut running) = take() {
        running.listener.tell(py, TOTAL, TOTAL)?;
    }
    Ok(result)
}

/// Reports, if it is time. Called where the handlers of signals run.
pub(crate) fn report(py: Python<'_>) -> PyResult<()> {
    let Some(mut running) = take() else {
        return Ok(());
    };
    // What the function calls is not a part of the call.
    let told = running.tell(py);
    RUNNING.set(Some(running));
    told
}

/// A part of the call begins, which has this many steps or more.
pub(crate) fn part(size: usize) {
    change(|running| running.begin_part(size));
}

/// The same of a part that has this many steps.
pub(crate) fn loop_of(size: usize) {
    change(|running| {
        running.begin_part(size);
        running.is_loop = true;
    });
}

/// A stage of the call begins, which takes this share of what is left of it.
pub(crate) fn stage(share: f64) {
    change(|running| running.begin_stage(share));
}

/// The program is a fork in which no code of the user runs.
pub(crate) fn forget() {
    // Its objects are those of the parent.
    std::mem::forget(take());
}

/// Whether the call that is running reports.
pub(crate) fn is_asked_for() -> bool {
    let running = take();
    let is_asked_for = running.is_some();
    RUNNING.set(running);
    is_asked_for
}

/// Steps of a part were made.
pub(crate) fn steps(count: usize) {
    change(|running| running.steps += count);
}
