//! The objects that a graph and others have in common.

use std::ops::ControlFlow;

use pyo3::prelude::*;
use refcycle_core::Watch;

use super::{Engine, FEW};
use crate::interrupt;

/// How many objects are looked up between two checks for Ctrl-C.
const PART: usize = 1 << 14;

impl Engine {
    /// Shows the places of those of some objects that are vertices of this graph of objects.
    pub(crate) fn see_common(
        &self,
        py: Python<'_>,
        objects: &[Py<PyAny>],
        mut see: impl FnMut(usize) + Send,
    ) -> PyResult<()> {
        let own = self.objects();
        let lookup = match own.len() {
            0..=FEW => None,
            _ => Some(self.vertex_lookup(py)?),
        };
        interrupt::run(py, objects.len(), |signals| {
            for (place, object) in objects.iter().enumerate() {
                if place.is_multiple_of(PART) {
                    signals.check()?;
                }
                let address = object.as_ptr() as usize;
                let is_vertex = match lookup {
                    None => own.iter().any(|own| own.as_ptr() as usize == address),
                    Some(lookup) => lookup.at(own, address).is_some(),
                };
                if is_vertex {
                    see(place);
                }
            }
            ControlFlow::Continue(())
        })
    }
}
