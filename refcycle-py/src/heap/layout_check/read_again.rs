//! Reads the known objects with the functions that are used later.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::heap::layout::Part;
use crate::heap::{
    Obj, Still, compiled, dicts, frame_locals, generator_locals, instance_attributes, paused, text,
};

/// Reads the known objects once more, for the parts that fit so far, with the functions that are
/// used later.
pub(super) fn read_as_later(
    py: Python<'_>,
    scope: &Bound<'_, PyDict>,
    found: Part,
) -> PyResult<Part> {
    let object = |name| -> PyResult<_> {
        let found = scope.get_item(name)?;
        Ok(found.expect("the check has made it").unbind())
    };
    let known = KnownObjects {
        values: [object("first")?, object("second")?, object("third")?],
        frame: object("frame")?,
        generator: object("generator")?,
        instance: object("instance")?,
        dicts: [object("by_name")?, object("by_object")?, object("shared")?],
    };
    let wrong = paused(py, |heap| known.misread(heap, found));
    Ok(found.without(wrong))
}

/// Objects whose contents are known.
struct KnownObjects {
    values: [Py<PyAny>; 3],
    frame: Py<PyAny>,
    generator: Py<PyAny>,
    instance: Py<PyAny>,
    dicts: [Py<PyAny>; 3],
}

impl KnownObjects {
    /// The parts that are not read correctly.
    fn misread<'env>(&'env self, heap: Still<'_, 'env>, found: Part) -> Part {
        const VARIABLES: [&str; 3] = ["argument", "other", "local"];

        let instance = heap.see(&self.instance);
        compiled::learn_from(instance);
        let values = self.values.each_ref().map(|value| heap.see(value));
        let fits = |names: &[&str], found: Vec<(String, Obj<'_>)>| {
            let expected = names.iter().zip(values);
            found.len() == names.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|((name, value), (known, object))| name == known && *value == object)
        };
        let attributes = || {
            let attributes = instance_attributes(instance).into_iter();
            let named = attributes.filter_map(|(name, value)| Some((text(name, 100)?.0, value)));
            cfg!(not(Py_3_11)) || fits(&["first", "second"], named.collect())
        };
        let mut wrong = Part::NONE;
        if !fits(&VARIABLES, frame_locals(heap.see(&self.frame))) {
            wrong = wrong.and(Part::FRAMES);
        }
        if !fits(&VARIABLES, generator_locals(heap.see(&self.generator))) {
            wrong = wrong.and(Part::GENERATORS);
        }
        if !attributes() {
            wrong = wrong.and(Part::INSTANCES).and(Part::VALUES);
        }
        let mut dicts = self.dicts.iter().map(|dict| heap.see(dict));
        if !found.has(Part::DICTS) || !dicts.all(dicts::fits_traversal) {
            wrong = wrong.and(Part::DICTS);
        }
        wrong
    }
}
