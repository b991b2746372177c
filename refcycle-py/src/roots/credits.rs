//! The holders of the references from outside.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::exchange::heapsnapshot::Group;
use rustc_hash::FxHashMap;

use crate::annotate::Values;
use crate::engine::Engine;
use crate::heap::{Obj, Still, WantedAddresses};
use crate::interrupt::Checkpoint;

/// The holder of what the variables of refcycle's frames refer to while it writes a dump.
pub(super) const FOR_THE_DUMP: &str = "refcycle, for the dump";

/// Assigns holders to references; no object gets more than it has references from outside.
pub(super) struct Credits<'e> {
    pub(super) engine: &'e Engine,
    open: FxHashMap<usize, Open>,
    /// The group of the holders that are being assigned.
    pub(super) group: Group,
    pub(super) values: Values<'e>,
}

/// An object with references from outside.
pub(crate) struct Open {
    vertex: usize,
    external: u32,
    names: Vec<(Group, String)>,
}

impl Open {
    /// Which vertex it is.
    pub(crate) fn vertex(&self) -> usize {
        self.vertex
    }

    /// The holders of the explained references, one for each.
    pub(crate) fn holders(&self) -> &[(Group, String)] {
        &self.names
    }

    /// How many references there are.
    pub(super) fn external(&self) -> u32 {
        self.external
    }

    /// The holders alone.
    pub(super) fn into_holders(self) -> Vec<(Group, String)> {
        self.names
    }

    /// The number of unexplained references.
    pub(crate) fn unexplained(&self) -> u32 {
        self.external - self.names.len() as u32
    }

    /// Whether all of them are of refcycle itself: of its C code, or of its frames during a dump.
    pub(crate) fn is_of_refcycle(&self) -> bool {
        let is_in_library = |name: &str| name.contains(" in refcycle/");
        let is_variable = |name: &str| name.starts_with("C variable ") && is_in_library(name);
        let is_ours = |name: &str| name == FOR_THE_DUMP || is_variable(name);
        self.is_explained() && self.names.iter().all(|(_, name)| is_ours(name))
    }

    fn is_explained(&self) -> bool {
        self.names.len() >= self.external as usize
    }
}

impl<'e> Credits<'e> {
    pub(super) fn new(py: Python<'_>, engine: &'e Engine, values: Values<'e>) -> PyResult<Self> {
        let is_live = !engine.kind().is_from_file();
        let external = engine.external_references(py)?.enumerate();
        let mut checkpoint = Checkpoint::of(engine.vertex_count());
        let mut open = FxHashMap::default();
        for (vertex, external) in external {
            checkpoint.step(py)?;
            let Some(external) = external.filter(|&count| count > 0) else {
                continue;
            };
            // The objects of a file have no address here.
            let key = match is_live {
                true => engine.objects()[vertex].as_ptr() as usize,
                false => vertex,
            };
            let names = Vec::new();
            open.insert(
                key,
                Open {
                    vertex,
                    external,
                    names,
                },
            );
        }
        Ok(Self {
            engine,
            open,
            group: Group::Elsewhere,
            values,
        })
    }

    /// Assigns this holder to one of the references to the object at this address.
    pub(super) fn give(&mut self, address: usize, name: impl FnOnce() -> String) {
        if let Some(open) = self.open.get_mut(&address)
            && !open.is_explained()
        {
            open.names.push((self.group, name()));
        }
    }

    /// Assigns this holder to this number of the references to the object at this address.
    pub(super) fn give_several(&mut self, address: usize, count: u32, name: &str) {
        if let Some(open) = self.open.get_mut(&address) {
            let count = open.unexplained().min(count) as usize;
            let holder = (self.group, name.to_owned());
            open.names.extend(std::iter::repeat_n(holder, count));
        }
    }

    /// Assigns this holder to all references to the object at this address that have none.
    pub(super) fn give_all(&mut self, address: usize, name: &str) {
        if let Some(open) = self.open.get_mut(&address) {
            let count = open.unexplained() as usize;
            let holder = (self.group, name.to_owned());
            open.names.extend(std::iter::repeat_n(holder, count));
        }
    }

    /// The number of holders of this object that CPython's own registries and threads are.
    pub(super) fn registered(&self, address: usize) -> usize {
        let holders = self.open.get(&address).map_or(&[][..], Open::holders);
        let own = [Group::Threads, Group::Interpreter, Group::Registries];
        holders
            .iter()
            .filter(|(group, _)| own.contains(group))
            .count()
    }

    /// Assigns the holders that were found when the file was written.
    pub(super) fn explained_in_a_file(mut self, py: Python<'_>) -> PyResult<Vec<Open>> {
        let mut checkpoint = Checkpoint::of(self.open.len());
        for open in self.open.values_mut() {
            checkpoint.step(py)?;
            let saved = self.engine.saved(py, VertexId::from_index(open.vertex));
            for holder in saved.holders() {
                if !open.is_explained() {
                    open.names.push((holder.group, holder.name.clone()));
                }
            }
        }
        Ok(self.into_found())
    }

    pub(super) fn into_found(self) -> Vec<Open> {
        let mut found: Vec<_> = self.open.into_values().collect();
        found.sort_unstable_by_key(|open| open.vertex);
        found
    }

    /// The objects with references from outside, each with the number of those without a holder.
    pub(super) fn wanted(&self) -> WantedAddresses {
        let open = self.open.iter();
        WantedAddresses::new(open.map(|(&address, open)| (address, open.unexplained())))
    }

    /// The objects that have references without a holder.
    pub(super) fn unexplained<'h, 'env>(&'env self, heap: Still<'h, 'env>) -> Vec<Obj<'h>> {
        let open = self.open.values().filter(|open| !open.is_explained());
        open.map(|open| heap.see(&self.engine.objects()[open.vertex]))
            .collect()
    }
}
