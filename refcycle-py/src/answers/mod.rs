//! Answers: what an object retains, why it is alive.

mod chains;
mod garbage;
mod holder_view;
mod ignored;
mod owners;
mod program_parts;
mod reference_names;
mod suspects;

pub(crate) use chains::{Garbage, Liveness, Taken, held_from_outside, why};
pub(crate) use owners::{NamedPath, ObjectNames};
pub(crate) use suspects::{Suspect, suspects};
