//! Answers: what an object retains, why it is alive.

mod chains;
mod garbage;
mod holder_view;
mod ignored;
mod program_parts;
mod reference_names;
mod suspects;

pub(crate) use chains::{Garbage, Liveness, NamedPath, Taken, held_from_outside, why};
pub(crate) use suspects::{Suspect, suspects};
