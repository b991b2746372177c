//! Which module is nearest to each object, by the number of references from the module to it.

use pyo3::prelude::*;
use refcycle_core::{Successors, VertexId};
use rustc_hash::FxHashMap;

use super::ObjectNames;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::Checkpoint;

/// The type of modules.
const MODULE: &str = "module";

/// No module leads to an object.
const NONE: u32 = u32::MAX;

/// The place of a module, and a place in the queue.
const BYTES_A_VERTEX: usize = 8;

/// The modules of a graph, and the nearest one of each object.
pub(crate) struct NearestModules {
    names: Vec<String>,
    of: Vec<u32>,
}

impl NearestModules {
    /// One breadth-first search from all modules. Of several modules at the same distance, the first
    /// in the order of the graph is taken.
    pub(crate) fn new(
        py: Python<'_>,
        engine: &Engine,
        names: &mut ObjectNames<'_, '_>,
    ) -> PyResult<Self> {
        memory::ask(BYTES_A_VERTEX * engine.vertex_count())?;
        let mut checkpoint = Checkpoint::new();
        let mut is_module = FxHashMap::default();
        let mut found = Self {
            names: Vec::new(),
            of: vec![NONE; engine.vertex_count()],
        };
        let mut queue = Vec::new();
        for v in engine.vertices() {
            checkpoint.step(py)?;
            let is_module = is_module
                .entry(engine.type_key(py, v))
                .or_insert_with(|| engine.type_name(py, v) == MODULE);
            if *is_module {
                found.of[v.index()] = found.names.len() as u32;
                let name = names.name(v)?;
                found
                    .names
                    .push(name.borrowed().name().unwrap_or_default().to_owned());
                queue.push(v);
            }
        }
        let graph = engine.any_graph();
        let mut place = 0;
        while let Some(&v) = queue.get(place) {
            checkpoint.step(py)?;
            place += 1;
            for w in graph.successors(v) {
                if found.of[w.index()] == NONE {
                    found.of[w.index()] = found.of[v.index()];
                    queue.push(w);
                }
            }
        }
        Ok(found)
    }

    /// The name of the module that is nearest to an object; `None` if no module leads to it.
    pub(crate) fn of(&self, v: VertexId) -> Option<&str> {
        let module = self.of[v.index()];
        (module != NONE).then(|| &*self.names[module as usize])
    }
}
