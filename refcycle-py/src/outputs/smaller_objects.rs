//! Objects that are too small for blocks of their own, in blocks by module and type.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::text::{counted, grouped};
use refcycle_dot::treemap::Block;
use rustc_hash::FxHashMap;

use crate::engine::Engine;

/// The number of blocks within one.
const MOST_PARTS: usize = 60;

/// Some objects, by type.
#[derive(Default)]
pub(super) struct Smaller {
    pub(super) size: u64,
    count: u64,
    objects: u64,
    types: FxHashMap<usize, SmallerOfType>,
}

/// Those of one type.
struct SmallerOfType {
    first: VertexId,
    objects: u64,
    size: u64,
    count: u64,
}

impl Smaller {
    /// Adds an object: the key of its type, and the bytes and the number of objects it retains.
    pub(super) fn add(&mut self, ty: usize, v: VertexId, (size, count): (u64, u64)) {
        self.size += size;
        self.count += count;
        self.objects += 1;
        let of_type = self.types.entry(ty).or_insert(SmallerOfType {
            first: v,
            objects: 0,
            size: 0,
            count: 0,
        });
        of_type.objects += 1;
        of_type.size += size;
        of_type.count += count;
    }

    fn merge(&mut self, other: Self) {
        self.size += other.size;
        self.count += other.count;
        self.objects += other.objects;
        for (ty, found) in other.types {
            match self.types.get_mut(&ty) {
                None => {
                    self.types.insert(ty, found);
                }
                Some(known) => {
                    known.first = known.first.min(found.first);
                    known.objects += found.objects;
                    known.size += found.size;
                    known.count += found.count;
                }
            }
        }
    }

    /// The block of these objects, with blocks of at least `least` bytes for their types.
    pub(super) fn block(self, py: Python<'_>, engine: &Engine, least: u64) -> Block {
        let mut types: Vec<_> = self.types.into_values().collect();
        types.sort_by_key(|ty| (Reverse(ty.size), ty.first));
        types.retain(|ty| ty.size >= least);
        types.truncate(MOST_PARTS);
        let parts = types.into_iter().map(|ty| {
            let kind = engine.type_name(py, ty.first);
            Block {
                name: format!("{kind} × {}", grouped(ty.objects)),
                kind,
                objects: ty.objects,
                size: ty.size,
                count: ty.count,
                ..Block::default()
            }
        });
        Block {
            name: counted(self.objects, "smaller object", "smaller objects"),
            kind: "smaller object".to_owned(),
            objects: self.objects,
            size: self.size,
            count: self.count,
            parts: parts.collect(),
            ..Block::default()
        }
    }
}

/// Objects by the module that is nearest to them. They are connected to each other, so that no
/// object retains several of them.
#[derive(Default)]
pub(super) struct ByModule {
    modules: BTreeMap<String, Smaller>,
    /// Those to which no module leads.
    others: Smaller,
}

impl ByModule {
    pub(super) fn of(&mut self, module: Option<&str>) -> &mut Smaller {
        match module {
            None => &mut self.others,
            Some(name) => self.modules.entry(name.to_owned()).or_default(),
        }
    }

    /// The blocks: packages, in them modules, and in these types, all of at least `least` bytes.
    /// What is smaller is in a block of others.
    pub(super) fn blocks(self, py: Python<'_>, engine: &Engine, least: u64) -> Vec<Block> {
        let mut packages: BTreeMap<String, Vec<(String, Smaller)>> = BTreeMap::new();
        for (module, found) in self.modules {
            let package = module.split('.').next().unwrap_or_default().to_owned();
            packages.entry(package).or_default().push((module, found));
        }
        let mut blocks = Vec::new();
        let mut rest = Smaller::default();
        for (package, modules) in packages {
            match of_package(py, engine, least, &package, modules) {
                Ok(block) => blocks.push(block),
                Err(small) => rest.merge(small),
            }
        }
        for (others, what) in [
            (rest, "nearest to other packages"),
            (self.others, "to which no module leads"),
        ] {
            if others.size >= least {
                let block = others.block(py, engine, least);
                let name = format!("{} {what}", block.name);
                blocks.push(Block { name, ..block });
            }
        }
        blocks
    }
}

/// The block of a package, or of its only module; its objects if it has less than `least` bytes.
fn of_package(
    py: Python<'_>,
    engine: &Engine,
    least: u64,
    package: &str,
    modules: Vec<(String, Smaller)>,
) -> Result<Block, Smaller> {
    let is_one = modules.len() == 1;
    let mut small = Smaller::default();
    let mut parts = Vec::new();
    for (module, found) in modules {
        if found.size < least {
            small.merge(found);
        } else {
            parts.push(near(found.block(py, engine, least), &module, "module"));
        }
    }
    if is_one && let Some(block) = parts.pop() {
        return Ok(block);
    }
    let size = small.size + parts.iter().map(|part| part.size).sum::<u64>();
    if size < least {
        return Err(small);
    }
    let mut whole = Block {
        objects: small.objects + parts.iter().map(|part| part.objects).sum::<u64>(),
        count: small.count + parts.iter().map(|part| part.count).sum::<u64>(),
        size,
        ..Block::default()
    };
    let others = small.block(py, engine, least);
    if parts.is_empty() {
        // No module is large enough: the types of the package.
        parts = others.parts;
    } else if others.size >= least {
        let name = format!("{} nearest to other modules", others.name);
        parts.push(Block { name, ..others });
    }
    whole.parts = parts;
    Ok(near(whole, package, "package"))
}

/// The block of objects that are nearest to a module or to the modules of a package.
fn near(block: Block, name: &str, kind: &str) -> Block {
    let objects = counted(block.objects, "object", "objects");
    Block {
        name: format!("{objects} nearest to {kind} {name}"),
        short: name.to_owned(),
        kind: String::new(),
        ..block
    }
}
