//! The state of the garbage collector, which is left as it was.

use pyo3::prelude::*;
use pyo3::types::{PyAnyMethods, PyList, PyModule};

/// The collector does not start by itself while this is alive.
pub(crate) struct Paused<'py> {
    gc: Bound<'py, PyModule>,
    was_enabled: bool,
}

impl<'py> Paused<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        let gc = py.import("gc")?;
        let was_enabled = gc.call_method0("isenabled")?.is_truthy()?;
        gc.call_method0("disable")?;
        Ok(Self { gc, was_enabled })
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        if self.was_enabled {
            let _ = self.gc.call_method0("enable");
        }
    }
}

/// Remembers whether the collector is enabled, its debug flags and its thresholds, and
/// brings them back.
pub(crate) struct SavedState<'py> {
    gc: Bound<'py, PyModule>,
    was_enabled: bool,
    debug: Bound<'py, PyAny>,
    thresholds: Bound<'py, PyAny>,
}

impl<'py> SavedState<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        let gc = py.import("gc")?;
        Ok(Self {
            was_enabled: gc.call_method0("isenabled")?.is_truthy()?,
            debug: gc.call_method0("get_debug")?,
            thresholds: gc.call_method0("get_threshold")?,
            gc,
        })
    }

    fn restore(&self) -> PyResult<()> {
        self.gc.call_method1("set_debug", (&self.debug,))?;
        self.gc
            .getattr("set_threshold")?
            .call1(self.thresholds.cast()?)?;
        let switch = if self.was_enabled {
            "enable"
        } else {
            "disable"
        };
        self.gc.call_method0(switch)?;
        Ok(())
    }
}

impl Drop for SavedState<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.restore() {
            error.write_unraisable(self.gc.py(), None);
        }
    }
}

/// The collector keeps what it finds in `gc.garbage` while this is alive; what it kept,
/// and nothing that was there before, is taken out again.
pub(crate) struct SavedGarbage<'py> {
    // Dropped last: the state comes back after the garbage is out.
    garbage: Bound<'py, PyList>,
    before: usize,
    last_before: Option<Py<PyAny>>,
    state: SavedState<'py>,
}

impl<'py> SavedGarbage<'py> {
    /// Starts to keep garbage, with the collector disabled. What is garbage already is
    /// collected first when `fresh` asks for it.
    pub(crate) fn new(py: Python<'py>, fresh: bool) -> PyResult<Self> {
        let state = SavedState::new(py)?;
        let gc = state.gc.clone();
        gc.call_method0("disable")?;
        if fresh {
            let flags: u32 = state.debug.extract()?;
            let save_all: u32 = gc.getattr("DEBUG_SAVEALL")?.extract()?;
            gc.call_method1("set_debug", (flags & !save_all,))?;
            gc.call_method0("collect")?;
        }
        gc.call_method1("set_debug", (gc.getattr("DEBUG_SAVEALL")?,))?;
        let garbage = gc.getattr("garbage")?.cast_into::<PyList>()?;
        Ok(Self {
            before: garbage.len(),
            last_before: garbage.iter().last().map(Bound::unbind),
            garbage,
            state,
        })
    }

    /// Collects, and takes out what was kept.
    pub(crate) fn collect(self) -> PyResult<Bound<'py, PyList>> {
        self.state.gc.call_method0("collect")?;
        Ok(self.garbage.get_slice(self.start(), self.garbage.len()))
    }
}

impl SavedGarbage<'_> {
    /// Where our own garbage starts: after what was there before, unless somebody took
    /// that out meanwhile.
    fn start(&self) -> usize {
        let len = self.garbage.len();
        let is_there = |index: usize, object: &Py<PyAny>| {
            let there = self.garbage.get_item(index);
            there.is_ok_and(|there| there.is(object))
        };
        match self.last_before.as_ref() {
            None => 0,
            Some(last) if self.before <= len && is_there(self.before - 1, last) => self.before,
            Some(_) => 0,
        }
    }
}

impl Drop for SavedGarbage<'_> {
    fn drop(&mut self) {
        let (start, end) = (self.start(), self.garbage.len());
        if start < end
            && let Err(error) = self.garbage.del_slice(start, end)
        {
            error.write_unraisable(self.garbage.py(), None);
        }
    }
}
