//! Objects that the graph leaves out but its objects refer to: code and its constants, the types
//! that are compiled into CPython.

use pyo3::prelude::*;

use super::credits::Credits;
use crate::annotate::{Values, code_name, named_references, object_name};
use crate::heap::{paused, untracked_holders};

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let engine = credits.engine;
    let holders = untracked_holders(py, engine.objects(), |address| credits.wants(address))?;
    for (holder, targets) in holders {
        let values = credits.values;
        let known = named_references(py, holder.bind(py), values)?;
        for target in targets {
            let mut labels = known
                .iter()
                .filter(|(object, _)| object.as_ptr() as usize == target);
            credits.give(target, || {
                let name = name_of(py, &holder, values);
                match labels.next() {
                    Some((_, label)) => format!("{label} of {name}"),
                    None => name,
                }
            });
        }
    }
    Ok(())
}

fn name_of(py: Python<'_>, holder: &Py<PyAny>, values: Values<'_>) -> String {
    paused(py, |heap| {
        let holder = heap.see(holder);
        match code_name(holder, values) {
            Some(name) => format!("code {name}"),
            None => object_name(holder, values).to_string().replace('\n', " "),
        }
    })
}
