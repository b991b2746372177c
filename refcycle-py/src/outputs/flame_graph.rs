//! Flame graphs of retained memory, for the viewers of profiles.

use std::path::Path;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::exchange::flame_graph::{
    FlameFormat, FlameGraph, Frame, FrameId, FrameNames, Frames,
};
use refcycle_dot::names::{NamedGraph, ObjectKind, ObjectName};
use rustc_hash::FxHashMap;

use super::exchange::export_with;
use crate::answers::ObjectNames;
use crate::engine::Engine;
use crate::heap::memory;
use crate::interrupt::Checkpoint;

/// The children of the tree, places among the members of nodes, and names while they are sorted.
const VERTEX: usize = 48;

/// The memory for a frame and a node.
const NODE: usize = 600;

/// The number of objects whose owners are searched for.
const OWNERS: usize = 2000;

/// Writes the flame graph of a graph of objects.
pub(crate) fn export(
    py: Python<'_>,
    engine: &Engine,
    path: &Path,
    format: Option<&str>,
) -> PyResult<()> {
    let format = wanted(path, format)?;
    let graph = match engine.vertex_count() == 0 {
        true => FlameGraph::default(),
        false => flame_graph(py, engine)?,
    };
    export_with(py, path, |out| graph.write(format, out))
}

fn wanted(path: &Path, format: Option<&str>) -> PyResult<FlameFormat> {
    let names = FlameFormat::ALL.map(|format| format!("'{}'", format.name()));
    if let Some(name) = format {
        return FlameFormat::named(name).ok_or_else(|| {
            let names = names.join(", ");
            PyValueError::new_err(format!("format must be one of {names}, but is {name:?}"))
        });
    }
    FlameFormat::of_path(path).ok_or_else(|| {
        let endings = FlameFormat::ALL.map(|format| format.endings().join(" or "));
        PyValueError::new_err(format!(
            "{}: the name of a flame graph must end in {}; or pass format={}",
            path.display(),
            endings.join(" or "),
            names.join(" or "),
        ))
    })
}

fn flame_graph(py: Python<'_>, engine: &Engine) -> PyResult<FlameGraph> {
    let retention = engine.retention(py)?;
    memory::ask(VERTEX * engine.vertex_count())?;
    let mut names = ObjectFrames {
        py,
        engine,
        names: ObjectNames::new(py, engine),
        of_types: FxHashMap::default(),
        owners_left: OWNERS,
        checkpoint: Checkpoint::new(),
    };
    let (sizes, retained) = (retention.shallow(), retention.all());
    FlameGraph::of(retention.tree(), sizes, retained, &mut names)
}

/// The frames of objects. Names in them contain no length, key or index, so that two flame graphs
/// of one program can be compared.
struct ObjectFrames<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    names: ObjectNames<'e, 'py>,
    /// By the key of the type.
    of_types: FxHashMap<usize, FrameId>,
    owners_left: usize,
    checkpoint: Checkpoint,
}

impl FrameNames for ObjectFrames<'_, '_> {
    type Error = PyErr;

    fn frame(&mut self, v: VertexId, is_large: bool, frames: &mut Frames) -> PyResult<FrameId> {
        self.checkpoint.step(self.py)?;
        memory::room_for(NODE)?;
        match self.names.kind(v)? {
            ObjectKind::Container(_) if is_large && self.owners_left > 0 => {
                self.owners_left -= 1;
                let Some(owner) = self.names.owner(v)? else {
                    return Ok(self.of_type(v, frames));
                };
                let ty = self.engine.dotted_type(self.py, v);
                let name = format!("{ty}, {}", owner.stable);
                Ok(frames.id(Frame { name, place: None }))
            }
            ObjectKind::Instance if is_large => {
                let name = self.names.name(v)?;
                match &name {
                    // A task, a function of C code.
                    ObjectName::Named { .. } => Ok(frames.id(Frame {
                        name: name.borrowed().short().into_owned(),
                        place: name.borrowed().place().map(|place| place.owned()),
                    })),
                    _ => Ok(self.of_type(v, frames)),
                }
            }
            ObjectKind::Value
            | ObjectKind::Container(_)
            | ObjectKind::Instance
            | ObjectKind::WeakReference
            | ObjectKind::Other => Ok(self.of_type(v, frames)),
            _ => {
                let name = self.names.name(v)?;
                Ok(frames.id(Frame {
                    name: match &name {
                        ObjectName::Class { dotted, .. } if !dotted.is_empty() => {
                            format!("class {dotted}")
                        }
                        name => name.borrowed().stable().into_owned(),
                    },
                    place: name.borrowed().place().map(|place| place.owned()),
                }))
            }
        }
    }
}

impl ObjectFrames<'_, '_> {
    /// The frame of the objects of a type.
    fn of_type(&mut self, v: VertexId, frames: &mut Frames) -> FrameId {
        let (py, engine) = (self.py, self.engine);
        let key = engine.type_key(py, v);
        *self.of_types.entry(key).or_insert_with(|| {
            let name = engine.dotted_type(py, v);
            frames.id(Frame { name, place: None })
        })
    }
}
