//! What threads hold besides their frames: the greenlets on which they run.

use pyo3::prelude::*;

use super::credits::Credits;
use crate::heap::{paused, references_of_thread};

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) {
    let found: Vec<_> = paused(py, |heap| {
        let open = credits.unexplained(heap).into_iter();
        let counted = open.map(|object| (object.address(), references_of_thread(object)));
        counted.filter(|&(_, count)| count > 0).collect()
    });
    for (greenlet, count) in found {
        for _ in 0..count {
            credits.give(greenlet, || "main greenlet of a thread".to_owned());
        }
    }
}
