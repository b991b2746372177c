//! The dominator tree of a graph as a treemap or an icicle picture.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::Format;
use refcycle_dot::names::{NamedGraph, ObjectName, ReferenceName};
use refcycle_dot::text::{counted, size_text};
use refcycle_dot::treemap::{self, Block, Form, TreemapOptions};

use super::destination::destination;
use super::images::theme;
use super::named::export_error;
use super::smaller_objects::{ByModule, Smaller};
use crate::answers::{NearestModules, ObjectNames};
use crate::engine::{Engine, Retention};
use crate::interrupt::Checkpoint;

/// An object with a smaller share of all bytes is one of the "smaller objects".
const LEAST_SHARE: f64 = 1.0 / 1500.0;

/// The number of blocks with names; and of blocks within one.
const MOST: usize = 700;
const MOST_PARTS: usize = 60;

/// The number of levels.
const DEEPEST: usize = 12;

/// What to draw, how, and where.
pub(crate) struct TreemapRequest {
    path: PathBuf,
    format: Option<String>,
    options: TreemapOptions,
}

impl TreemapRequest {
    pub(crate) fn new(
        py: Python<'_>,
        path: &Path,
        format: Option<String>,
        form: &str,
        look: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let form = match form {
            "treemap" => Form::Treemap,
            "icicle" => Form::Icicle,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "form must be 'treemap' or 'icicle', not {form:?}"
                )));
            }
        };
        let options = TreemapOptions {
            form,
            theme: look.map(theme).transpose()?.unwrap_or_default(),
            ..TreemapOptions::default()
        };
        Ok(Self {
            path: destination(py, path)?,
            format,
            options,
        })
    }
}

/// Draws what the objects of a graph retain, or what `target` retains, into a file.
pub(crate) fn export(
    py: Python<'_>,
    engine: &Engine,
    request: TreemapRequest,
    target: Option<VertexId>,
) -> PyResult<()> {
    let block = match engine.vertex_count() {
        0 => Block::default(),
        _ => Blocks::new(py, engine)?.all(target)?,
    };
    let mut options = request.options;
    let what = match target {
        Some(_) => format!("What {} retains", block.name),
        None => "Retained memory".to_owned(),
    };
    let others = match target {
        Some(_) => "",
        None => " Smaller objects are by the module nearest to them.",
    };
    options.title = format!(
        "{what}: {} in {}. A block is as large as what would be freed without its object.{others}",
        size_text(block.size),
        counted(block.count, "object", "objects"),
    );
    let format = request.format.as_deref().map(Format::named);
    py.detach(|| treemap::export_treemap(&block, &request.path, format, &options))
        .map_err(|error| export_error(py, error))
}

/// The blocks of a graph.
struct Blocks<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    names: ObjectNames<'e, 'py>,
    retention: Arc<Retention>,
    /// The bytes below which an object is not shown.
    least: u64,
    left: usize,
    checkpoint: Checkpoint,
}

impl<'e, 'py> Blocks<'e, 'py> {
    fn new(py: Python<'py>, engine: &'e Engine) -> PyResult<Self> {
        Ok(Self {
            py,
            engine,
            names: ObjectNames::new(py, engine),
            retention: engine.retention(py)?,
            least: 0,
            left: MOST,
            checkpoint: Checkpoint::new(),
        })
    }

    /// The block of everything, or of a vertex.
    fn all(&mut self, target: Option<VertexId>) -> PyResult<Block> {
        let size = match target {
            Some(v) => self.retention.size(v),
            None => self.retention.total(),
        };
        self.least = ((size as f64 * LEAST_SHARE) as u64).max(1);
        // Level by level, so that the number of blocks limits the depth and not the breadth.
        let mut root = match target {
            Some(v) => self.block(v)?,
            None => Block {
                name: "all objects".to_owned(),
                size,
                count: self.retention.preorder().len() as u64,
                ..Block::default()
            },
        };
        let mut level = vec![(Vec::new(), target)];
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for (path, v) in level {
                let (parts, vertices) = self.parts(v)?;
                let mut block = &mut root;
                for &place in &path {
                    block = &mut block.parts[place];
                }
                block.parts = parts;
                for (place, v) in vertices.into_iter().enumerate() {
                    let mut path = path.clone();
                    path.push(place);
                    next.push((path, Some(v)));
                }
            }
            level = next;
        }
        Ok(root)
    }

    /// The parts of a block: first those with vertices, which are returned too. Small objects are
    /// together, by type; those that nothing retains together, by the modules nearest to them too.
    fn parts(&mut self, v: Option<VertexId>) -> PyResult<(Vec<Block>, Vec<VertexId>)> {
        let children = self.children(v)?;
        let (mut parts, mut vertices) = (Vec::new(), Vec::new());
        let mut smaller = Smaller::default();
        let mut by_module = ByModule::default();
        let modules = match v {
            None => Some(NearestModules::new(self.py, self.engine, &mut self.names)?),
            Some(_) => None,
        };
        for child in children {
            self.checkpoint.step(self.py)?;
            let size = self.retention.size(child);
            if size >= self.least && vertices.len() < MOST_PARTS && self.left > 0 {
                self.left -= 1;
                parts.push(self.block(child)?);
                vertices.push(child);
            } else {
                let count = self.retention.vertices(child).len() as u64;
                let found = match &modules {
                    None => &mut smaller,
                    Some(modules) => by_module.of(modules.of(child)),
                };
                found.add(self.engine.type_key(self.py, child), child, (size, count));
            }
        }
        parts.extend(by_module.blocks(self.py, self.engine, self.least));
        if smaller.size >= self.least {
            parts.push(smaller.block(self.py, self.engine, self.least));
        }
        Ok((parts, vertices))
    }

    /// What a vertex dominates, the largest first. What the `__dict__` of an object dominates is
    /// given as the object's own.
    fn children(&mut self, v: Option<VertexId>) -> PyResult<Vec<VertexId>> {
        let mut children = self.retention.children(v);
        let Some(v) = v else {
            return Ok(children);
        };
        let mut of_dict = Vec::new();
        for (place, &child) in children.iter().enumerate().take(MOST_PARTS) {
            if self.retention.size(child) < self.least {
                break;
            }
            let references = self.names.references(v, child)?;
            if references.iter().any(ReferenceName::is_dict) {
                of_dict = self.retention.children(Some(child));
                children.remove(place);
                break;
            }
        }
        children.extend(of_dict);
        children.sort_by_key(|&child| std::cmp::Reverse(self.retention.size(child)));
        Ok(children)
    }

    fn block(&mut self, v: VertexId) -> PyResult<Block> {
        Ok(Block {
            name: self.names.full(v)?,
            short: self.short(v)?,
            kind: self.engine.type_name(self.py, v),
            size: self.retention.size(v),
            count: self.retention.vertices(v).len() as u64,
            ..Block::default()
        })
    }

    /// The end of a name: the owner of a container, the class of an instance, the name of a class.
    fn short(&mut self, v: VertexId) -> PyResult<String> {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        Ok(match self.names.name(v)? {
            ObjectName::Container { .. } => match self.names.owner(v)? {
                Some(owner) => owner.text,
                None => String::new(),
            },
            ObjectName::Instance(type_name) => last(&type_name),
            name => name
                .borrowed()
                .name()
                .map(str::to_owned)
                .unwrap_or_default(),
        })
    }
}
