//! The signature of one chain.

use pyo3::prelude::*;
use refcycle_core::VertexId;

use super::chain_names::{ChainNames, Naming, chain_names_of};
use super::object_types::ObjectTypes;
use crate::engine::Engine;
use crate::roots::{Open, is_in_a_part};
use refcycle_dot::exchange::heapsnapshot::Group;
use refcycle_dot::names::{Part, SignatureId};

/// How a signature begins.
pub(super) enum Start {
    /// With the names of an imported module.
    Module(String),
    /// With an object that is held from outside.
    Held(String),
}

impl Start {
    /// The signature of the first vertex.
    pub(super) fn signature(
        &self,
        naming: &dyn Naming,
        names: &mut ChainNames,
        v: VertexId,
    ) -> SignatureId {
        match self {
            Self::Module(name) => {
                let module = names.signatures.intern(&format!("module {name}"));
                let module = names.signatures.root("", module);
                let reference = names.signatures.intern(".__dict__");
                let dict = names.signatures.intern("dict");
                names
                    .signatures
                    .step(module, reference, dict, Part::Namespace)
            }
            Self::Held(holder) => {
                let object = naming.object(names, v);
                names.signatures.root(holder, object)
            }
        }
    }
}

/// How a signature describes the holder of a first object.
pub(super) fn holder_in_a_signature(engine: &Engine, open: &Open) -> String {
    let mut names: Vec<_> = open
        .holders()
        .iter()
        .map(|(group, name)| match group {
            // The frame says more than the name of the thread.
            Group::Threads => (false, "thread".to_owned()),
            Group::Elsewhere => (true, without_numbers(name)),
            _ => (false, without_numbers(name)),
        })
        .collect();
    names.sort();
    let first = names.into_iter().next();
    let elsewhere = match is_in_a_part(engine) {
        true => "outside this part",
        false => "C code",
    };
    first.map_or_else(|| elsewhere.to_owned(), |(_, name)| name)
}

/// A text with `*` for each run of digits.
fn without_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut in_number = false;
    for c in text.chars() {
        let is_digit = c.is_ascii_digit();
        if !is_digit {
            masked.push(c);
        } else if !in_number {
            masked.push('*');
        }
        in_number = is_digit;
    }
    masked
}

/// The signature of the chain along these vertices, which begins as `start` says.
pub(super) fn chain_signature(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    start: &Start,
    vertices: &[VertexId],
) -> String {
    chain_names_of(py, engine, types, |naming| along(naming, start, vertices))
}

fn along(naming: &dyn Naming, start: &Start, vertices: &[VertexId]) -> String {
    let mut names = ChainNames::default();
    let mut chain = start.signature(naming, &mut names, vertices[0]);
    for pair in vertices.windows(2) {
        let part = names.signatures.part(chain);
        for step in naming.references(&mut names, pair[0], part, &pair[1..]) {
            chain = names
                .signatures
                .step(chain, step.reference, step.object, step.part);
        }
    }
    names.signatures.text(chain)
}
