//! Types and sizes of the vertices of a graph, for files and tables.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::text::Names;
use refcycle_dot::{TypeName, VertexFacts};
use rustc_hash::FxHashMap;

use super::labels::Labels;
use crate::engine::Engine;
use crate::heap::{memory, paused, type_module};
use crate::interrupt::Checkpoint;

/// The number of the type, both sizes, and entries in arrays that grow.
const VERTEX: usize = 32;

/// The facts about the vertices of a graph. The vertices of a graph of objects have sizes; an
/// annotated vertex has the type in its label.
pub(crate) fn facts(py: Python<'_>, engine: &Engine) -> PyResult<VertexFacts> {
    memory::ask(VERTEX * engine.vertex_count())?;
    let is_of_objects = engine.kind().is_of_objects();
    let facts = match is_of_objects || engine.kind().groups_by_type() {
        true => types_of_objects(py, engine)?,
        false => types_of_labels(py, engine)?,
    };
    if !is_of_objects || engine.vertex_count() == 0 {
        return Ok(facts);
    }
    let retention = engine.retention(py)?;
    Ok(facts.with_sizes(retention.shallow().to_vec(), retention.all().to_vec()))
}

fn types_of_objects(py: Python<'_>, engine: &Engine) -> PyResult<VertexFacts> {
    let mut checkpoint = Checkpoint::of(engine.vertex_count());
    let modules = engine.dump(py).map(|dump| dump.type_modules());
    let mut types = Numbered::default();
    for v in engine.vertices() {
        checkpoint.step(py)?;
        let key = engine.type_key(py, v);
        types.add(key, || Ok(type_of(py, engine, modules.as_deref(), v)))?;
    }
    Ok(types.facts())
}

/// The type of an object, live or from a file. `modules` has the modules of the types of the file.
fn type_of(
    py: Python<'_>,
    engine: &Engine,
    modules: Option<&[Option<&str>]>,
    v: VertexId,
) -> TypeName {
    let module = match modules {
        None => {
            let object = &engine.objects()[v.index()];
            paused(py, |heap| type_module(heap.see(object).ty()))
        }
        Some(modules) => {
            let number = engine.saved(py, v).type_number();
            modules.get(number).copied().flatten().map(str::to_owned)
        }
    };
    TypeName {
        name: engine.dotted_type(py, v),
        module,
    }
}

fn types_of_labels(py: Python<'_>, engine: &Engine) -> PyResult<VertexFacts> {
    let mut labels = Labels::new(py, engine);
    let mut types = Numbered::default();
    for v in engine.vertices() {
        let kind = labels.kind(v)?;
        types.add(kind.clone(), || {
            Ok(TypeName {
                name: kind.to_string(),
                module: None,
            })
        })?;
    }
    Ok(types.facts())
}

/// Types, each once, and the number of the type of each vertex.
struct Numbered<K> {
    known: FxHashMap<K, u32>,
    types: Vec<TypeName>,
    numbers: Vec<u32>,
}

impl<K> Default for Numbered<K> {
    fn default() -> Self {
        Self {
            known: FxHashMap::default(),
            types: Vec::new(),
            numbers: Vec::new(),
        }
    }
}

impl<K: Hash + Eq> Numbered<K> {
    fn add(&mut self, key: K, make: impl FnOnce() -> PyResult<TypeName>) -> PyResult<()> {
        let number = match self.known.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let made = make()?;
                // The name, and entries in arrays that grow.
                memory::room_for(160 + 4 * made.name.len())?;
                self.types.push(made);
                *place.insert(self.types.len() as u32 - 1)
            }
        };
        self.numbers.push(number);
        Ok(())
    }

    fn facts(self) -> VertexFacts {
        VertexFacts::new(self.types, self.numbers)
    }
}
