//! Fields of structs that are private to CPython and extension modules.
//!
//! Their offsets were measured on objects whose contents are known (see [`probes`]). A field is
//! named only if the word at its offset is the address of an object that the traversal has shown.
//! So a measured offset is never followed, and a reference that does not fit has no name.
//!
//! [`probes`]: super::probes

use pyo3::ffi;

use super::Obj;
use super::compiled::Compiled;
use super::measured_layouts::{FieldName, Layout, Shape, UnnamedReferents, layout};

/// The references of an object whose fields were found by measurement, with their names.
pub(crate) fn private_fields<'h>(object: Obj<'h>) -> Vec<(FieldName<'h>, Obj<'h>)> {
    let Some(layout) = Compiled::bases_of(object).find_map(layout) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut referents = UnnamedReferents::of(object);
    for &(offset, name) in &layout.fields {
        // SAFETY: the offset is that of a word within the struct of the object's type.
        let word = unsafe { object.word(offset) };
        if let Some(value) = referents.take(word) {
            found.push((FieldName::Field(name), value));
        }
    }
    match layout.shape {
        None => {}
        Some(Shape::Items) => found.extend(items(object)),
        Some(Shape::Pairs) => see_pairs(object, layout, &mut referents, &mut found),
        Some(Shape::Array(name, length)) => {
            for index in 0..length {
                let offset = layout.ty.basic_size - 8 * (length - index);
                // SAFETY: the array is the last field of the object's struct.
                let word = unsafe { object.word(offset) };
                if let Some(value) = referents.take(word) {
                    found.push((FieldName::Element(name, index), value));
                }
            }
        }
        Some(Shape::Cache) => super::caches::see_entries(&mut referents, &mut found),
    }
    found
}

/// `ob_size` of an object of variable size.
pub(super) fn size_of_object(object: Obj<'_>) -> usize {
    // SAFETY: the caller passes an object of variable size.
    usize::try_from(unsafe { ffi::Py_SIZE(object.as_ptr()) }).unwrap_or(0)
}

fn items<'h>(object: Obj<'h>) -> impl Iterator<Item = (FieldName<'h>, Obj<'h>)> {
    let mut shown = Vec::new();
    object.traverse(|referent| shown.push(referent));
    let items = shown.split_off(shown.len().saturating_sub(size_of_object(object)));
    let name = |index| FieldName::Element("item", index);
    items
        .into_iter()
        .enumerate()
        .map(move |(index, item)| (name(index), item))
}

fn see_pairs<'h>(
    object: Obj<'h>,
    layout: &Layout,
    referents: &mut UnnamedReferents<'h>,
    found: &mut Vec<(FieldName<'h>, Obj<'h>)>,
) {
    for index in (1..size_of_object(object)).step_by(2) {
        let offset = layout.ty.basic_size + 8 * index;
        // SAFETY: the object has `ob_size` words after its fields.
        let (key, value) = unsafe { (object.word(offset - 8), object.word(offset)) };
        let key = referents.take(key);
        if let Some(key) = key {
            found.push((FieldName::Key, key));
        }
        if let Some(value) = referents.take(value) {
            let name = key.map_or(FieldName::Element("b_array", index), FieldName::Value);
            found.push((name, value));
        }
    }
}
