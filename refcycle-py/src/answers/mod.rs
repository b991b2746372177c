//! Answers: what an object retains, why it is alive.

mod chains;
mod holder_view;
mod ignored;
mod retention;
mod suspects;

pub(crate) use chains::{Taken, why};
pub(crate) use retention::{Retained, Retention};
pub(crate) use suspects::{Suspect, suspects};
