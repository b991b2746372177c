//! Answers: what an object retains, why it is alive.

mod chains;
mod hidden;
mod retention;
mod suspects;
mod upwards;

pub(crate) use chains::{Taken, why};
pub(crate) use retention::{Retained, Retention};
pub(crate) use suspects::{Suspect, suspects};
