//! Answers: what an object retains, why it is alive.

mod chains;
mod holder_view;
mod ignored;
mod suspects;

pub(crate) use chains::{Taken, why};
pub(crate) use suspects::{Suspect, suspects};
