//! What the objects refer to that the graph leaves out: code and its constants, the types
//! that are compiled into CPython.

use pyo3::prelude::*;

use super::Credits;
use crate::annotate::{Values, named_references, object_label};
use crate::heap::{self, Still, members, text};

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let holders = heap::hidden_holders(py, credits.engine.objects(), |address| {
        credits.wants(address)
    })?;
    for (holder, targets) in holders {
        let values = credits.values;
        let known = named_references(py, &holder, values)?;
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

fn name_of(py: Python<'_>, holder: &Bound<'_, PyAny>, values: Values<'_>) -> String {
    let heap = Still::new(py);
    let holder = heap.see(holder);
    let of_code = members(holder).find(|&(name, _)| name == "co_name");
    match of_code.and_then(|(_, name)| text(name, 100)) {
        Some((name, _)) => format!("code {name}"),
        None => object_label(py, holder, values).replace('\n', " "),
    }
}
