//! References that no object of the graph shows. Objects that the graph leaves out hold some: code
//! and its constants, types that are compiled in. Others are in fields that an object does not show
//! to the collector.

use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::credits::Credits;
use crate::annotate::{Values, code_name, named_references, object_name};
use crate::heap::{UnshownPlace, UnshownReference, field_name, hidden_references, paused};
use crate::interrupt::Checkpoint;

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let mut checkpoint = Checkpoint::new();
    let mut between = || checkpoint.turn(py);
    let wanted = credits.wanted();
    let engine = credits.engine;
    // No other object of the heap refers to those of a closed graph.
    let reading = engine.reading().filter(|_| engine.is_closed());
    let complete = reading.is_some_and(|reading| reading.untracked);
    let found = hidden_references(py, engine.objects(), complete, &wanted, &mut between)?;
    let values = credits.values;
    for (holder, targets) in found.untracked {
        let known = named_references(py, holder.bind(py), values)?;
        let mut labels = FxHashMap::default();
        for (object, label) in &known {
            labels.entry(object.as_ptr() as usize).or_insert(label);
        }
        let mut name = None;
        for target in targets {
            credits.give(target, || {
                let name = name.get_or_insert_with(|| name_of(py, &holder, values));
                match labels.get(&target) {
                    Some(label) => format!("{label} of {name}"),
                    None => name.clone(),
                }
            });
        }
    }
    for (target, count) in found.types {
        credits.give_several(target, count, "instances of the class");
    }
    for reference in found.unshown {
        credits.give(reference.target, || unshown_name(py, &reference, values));
    }
    Ok(())
}

/// A reference that an object does not show, as a holder.
fn unshown_name(py: Python<'_>, reference: &UnshownReference, values: Values<'_>) -> String {
    let name = || name_of(py, &reference.holder, values);
    let named = match reference.place {
        UnshownPlace::SharedKeys => format!("attribute name in instances of {}", name()),
        UnshownPlace::Field(offset) => {
            let field = paused(py, |heap| {
                field_name(heap.see(&reference.holder), offset).map(str::to_owned)
            });
            match field {
                Some(field) => format!("{field} of {}", name()),
                None => format!("field at byte {offset} of {}", name()),
            }
        }
    };
    match reference.is_certain {
        true => named,
        false => format!("probably {named}"),
    }
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
