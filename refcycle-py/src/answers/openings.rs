//! What is known about the references from outside to one vertex.

use refcycle_core::VertexId;

use crate::engine::Engine;
use crate::roots::{Open, listed, references_elsewhere};

/// The references from outside to a vertex, if there are any. `open` is in ascending order.
pub(super) fn opening(open: &[Open], v: VertexId) -> Option<&Open> {
    let place = open.binary_search_by_key(&v.index(), Open::vertex);
    place.ok().map(|place| &open[place])
}

/// How a chain that begins with a vertex describes its holder: the known holders, and the number of
/// other references, which `unexplained` returns.
pub(super) fn holder_of(
    engine: &Engine,
    open: &[Open],
    v: VertexId,
    unexplained: impl FnOnce(&Open) -> u32,
) -> String {
    let Some(open) = opening(open, v) else {
        // The only other first vertex of a chain.
        return "sys.modules".to_owned();
    };
    let names = open.holders().iter().map(|(_, name)| &**name);
    let elsewhere = match unexplained(open) {
        0 => None,
        count => Some(references_elsewhere(engine, count)),
    };
    listed(names, elsewhere)
}
