//! Answers: what an object retains, why it is alive.

mod chains;
mod holder_view;
mod ignored;
mod program_parts;
mod reference_names;
mod suspects;

pub(crate) use chains::{Liveness, NamedPath, Taken, held_from_outside, why};
pub(crate) use suspects::{Suspect, suspects};
