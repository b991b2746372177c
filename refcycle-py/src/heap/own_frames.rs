//! The running frames of refcycle itself, whose variables a dump leaves out: what only they hold
//! is no part of the program.

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::frames::{FrameOfThread, is_frame};
use super::referents::Referents;
use super::rows::Rows;
use super::traversal::ReferentSink;
use super::{Obj, Still};

const PACKAGE: &str = "refcycle";

/// The running frames of refcycle, and the references that were left out.
#[derive(Default)]
pub(super) struct OwnFrames {
    /// The addresses of the frames, ascending.
    frames: Vec<usize>,
    /// The addresses of their globals and builtins.
    namespaces: Vec<usize>,
    left_out: Vec<usize>,
}

impl OwnFrames {
    /// Those among the running frames.
    pub(super) fn among(running: &[FrameOfThread<'_>]) -> PyResult<Self> {
        let mut own = Self::default();
        for FrameOfThread { frame, .. } in running {
            let py = frame.py();
            let globals = frame.getattr(intern!(py, "f_globals"))?;
            let Ok(namespace) = globals.cast::<PyDict>() else {
                continue;
            };
            let name = namespace.get_item(intern!(py, "__name__"))?;
            if name.is_some_and(|name| is_of_package(&name)) {
                let builtins = frame.getattr(intern!(py, "f_builtins"))?;
                let used = [&globals, &builtins].map(|dict| dict.as_ptr() as usize);
                own.namespaces.extend(used);
                own.frames.push(frame.as_ptr() as usize);
            }
        }
        own.frames.sort_unstable();
        Ok(own)
    }

    pub(super) fn has(&self, frame: Obj<'_>) -> bool {
        self.frames.binary_search(&frame.address()).is_ok()
    }

    /// Shows the references of one of these frames, without those of its variables.
    pub(super) fn see(
        &mut self,
        heap: Still<'_, '_>,
        frame: Obj<'_>,
        referents: Referents,
        rows: &mut Rows<'_>,
    ) {
        let mut sink = WithoutVariables {
            heap,
            namespaces: &self.namespaces,
            left_out: &mut self.left_out,
            rows,
        };
        referents.see(frame, true, &mut sink);
    }

    /// The addresses of the objects to which the references led that were left out.
    pub(super) fn left_out(self) -> Vec<usize> {
        self.left_out
    }
}

/// Whether the Python code that is running is code of this package.
pub(crate) fn is_called_by_package(py: Python<'_>) -> bool {
    // SAFETY: the thread is attached. The dict is borrowed, or null without an error.
    let globals = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyEval_GetGlobals()) };
    let globals = globals.and_then(|globals| globals.cast_into::<PyDict>().ok());
    let name = globals.and_then(|globals| globals.get_item(intern!(py, "__name__")).ok()?);
    name.is_some_and(|name| is_of_package(&name))
}

fn is_of_package(name: &Bound<'_, PyAny>) -> bool {
    let name = name.cast::<PyString>();
    let name = name.ok().and_then(|name| name.to_str().ok());
    name.and_then(|name| name.split('.').next()) == Some(PACKAGE)
}

struct WithoutVariables<'a, 'i, 'h, 'env> {
    heap: Still<'h, 'env>,
    namespaces: &'a [usize],
    left_out: &'a mut Vec<usize>,
    rows: &'a mut Rows<'i>,
}

impl WithoutVariables<'_, '_, '_, '_> {
    /// Whether a referent may be something other than a variable: the code, the function, the
    /// namespaces or the calling frame.
    fn is_shown(&self, address: usize) -> bool {
        // SAFETY: a frame refers to live objects.
        let object = unsafe { self.heap.at(address) };
        let is_function = object.ty().address() == &raw const pyo3::ffi::PyFunction_Type as usize;
        object.is_code() || is_function || is_frame(object) || self.namespaces.contains(&address)
    }
}

impl ReferentSink for WithoutVariables<'_, '_, '_, '_> {
    fn see(&mut self, address: usize) {
        if self.is_shown(address) {
            self.rows.see(address);
        } else {
            self.left_out.push(address);
        }
    }

    fn see_uncounted(&mut self, address: usize) {
        if self.is_shown(address) {
            self.rows.see_uncounted(address);
        }
    }

    fn has_seen(&mut self, address: usize) -> bool {
        self.rows.has_seen(address)
    }
}
