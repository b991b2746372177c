//! What the vertices of each kind of graph are.

mod annotated;
mod hashable;
mod live;
mod saved;
mod user;

pub(super) use annotated::AnnotatedParts;
pub(super) use hashable::Hashables;
pub(super) use live::LiveObjects;
pub(super) use saved::SavedObjects;
pub(super) use user::UserVertices;
