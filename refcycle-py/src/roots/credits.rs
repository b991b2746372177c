//! Who holds which of the references from outside.

use pyo3::prelude::*;
use refcycle_dot::exchange::heapsnapshot::Group;
use rustc_hash::FxHashMap;

use crate::annotate::Values;
use crate::engine::{Engine, SavedObject};
use crate::heap::{Obj, Still};

/// Gives names to references, never more to an object than it has from outside.
pub(super) struct Credits<'e> {
    pub(super) engine: &'e Engine,
    open: FxHashMap<usize, Open>,
    /// What those that are explained now belong to.
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

    /// Who holds the references that are explained, one by one.
    pub(crate) fn holders(&self) -> &[(Group, String)] {
        &self.names
    }

    /// How many references there are.
    pub(super) fn external(&self) -> u32 {
        self.external
    }

    /// The holders by themselves.
    pub(super) fn into_holders(self) -> Vec<(Group, String)> {
        self.names
    }

    /// How many references are not.
    pub(crate) fn unexplained(&self) -> u32 {
        self.external - self.names.len() as u32
    }

    fn is_explained(&self) -> bool {
        self.names.len() >= self.external as usize
    }
}

impl<'e> Credits<'e> {
    pub(super) fn new(engine: &'e Engine, values: Values<'e>) -> PyResult<Self> {
        let external = engine.external_references()?.into_iter().enumerate();
        let open = external.filter_map(|(vertex, external)| {
            let open = Open {
                vertex,
                external: external.filter(|&count| count > 0)?,
                names: Vec::new(),
            };
            Some((engine.objects()[vertex].as_ptr() as usize, open))
        });
        Ok(Self {
            engine,
            open: open.collect(),
            group: Group::Elsewhere,
            values,
        })
    }

    /// One of the references to the object at this address has this holder.
    pub(super) fn give(&mut self, address: usize, name: impl FnOnce() -> String) {
        if let Some(open) = self.open.get_mut(&address)
            && !open.is_explained()
        {
            open.names.push((self.group, name()));
        }
    }

    /// Gives the names that were found when the file was written.
    pub(super) fn explained_in_a_file(mut self, py: Python<'_>) -> Vec<Open> {
        for open in self.open.values_mut() {
            let saved = SavedObject::of(py, &self.engine.objects()[open.vertex]);
            for holder in saved.holders() {
                if !open.is_explained() {
                    open.names.push((holder.group, holder.name.clone()));
                }
            }
        }
        self.into_found()
    }

    pub(super) fn into_found(self) -> Vec<Open> {
        let mut found: Vec<_> = self.open.into_values().collect();
        found.sort_unstable_by_key(|open| open.vertex);
        found
    }

    /// Whether there are references to the object at this address without a name.
    pub(super) fn wants(&self, address: usize) -> bool {
        self.open
            .get(&address)
            .is_some_and(|open| !open.is_explained())
    }

    /// The objects with references that have no name yet.
    pub(super) fn unexplained<'h, 'env>(&'env self, heap: Still<'h, 'env>) -> Vec<Obj<'h>> {
        let open = self.open.values().filter(|open| !open.is_explained());
        open.map(|open| heap.see(&self.engine.objects()[open.vertex]))
            .collect()
    }
}
