//! Fields of structs that CPython and extension modules keep to themselves.
//!
//! Where they are was measured on objects whose contents are known (see [`probes`]). A
//! field is named only when the word in its place is the address of an object that the
//! traversal has shown: what was measured is never followed, and what does not fit has no
//! name.
//!
//! [`probes`]: super::probes

use std::sync::RwLock;

use pyo3::ffi;
use rustc_hash::FxHashMap;

use super::Obj;
use super::compiled::Compiled;

/// The name of a reference, not yet in words.
#[derive(Clone, Copy)]
pub(crate) enum FieldName<'h> {
    Field(&'static str),
    /// An element of a field that is an array.
    Element(&'static str, usize),
    Key,
    /// The value that belongs to this key.
    Value(Obj<'h>),
}

/// What an object holds besides its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Items, which the traversal shows last and in their order; `ob_size` counts them.
    Items,
    /// Pairs of a key and a value behind the fields; where there is no key, the value is a
    /// part of the table.
    Pairs,
    /// An array, the last of the fields.
    Array(&'static str, usize),
    /// A cache of `functools.lru_cache`, whose entries are in a dict and in links.
    Cache,
}

/// What was measured of a type.
#[derive(Clone)]
pub(super) struct Layout {
    pub(super) ty: Compiled,
    /// Offsets with names.
    pub(super) fields: Vec<(usize, &'static str)>,
    pub(super) shape: Option<Shape>,
    /// Whether an object did not have the shape that it should have: then none has.
    pub(super) is_odd: bool,
}

impl Layout {
    pub(super) fn offset(&self, name: &str) -> Option<usize> {
        let field = self.fields.iter().find(|&&(_, other)| other == name);
        field.map(|&(offset, _)| offset)
    }
}

// SAFETY: the address of the type is compared and never followed.
unsafe impl Send for Layout {}
// SAFETY: as above.
unsafe impl Sync for Layout {}

/// Layouts by the address of the type. They stay: there are as many as there are types
/// with probes.
static LAYOUTS: RwLock<Option<FxHashMap<usize, &'static Layout>>> = RwLock::new(None);

pub(super) fn layout(ty: Compiled) -> Option<&'static Layout> {
    let layouts = LAYOUTS.read().ok()?;
    let layout = *layouts.as_ref()?.get(&(ty.ty as usize))?;
    // A type may be gone, and another be in its place.
    (layout.ty == ty).then_some(layout)
}

pub(super) fn set_layout(layout: Layout) {
    if let Ok(mut layouts) = LAYOUTS.write() {
        let address = layout.ty.ty as usize;
        layouts
            .get_or_insert_default()
            .insert(address, Box::leak(Box::new(layout)));
    }
}

/// Objects to which an object refers, and how often.
pub(super) struct UnnamedReferents<'h> {
    counts: FxHashMap<usize, (Obj<'h>, usize)>,
}

impl<'h> UnnamedReferents<'h> {
    fn of(object: Obj<'h>) -> Self {
        let mut counts = FxHashMap::default();
        object.traverse(|referent| {
            counts.entry(referent.address()).or_insert((referent, 0)).1 += 1;
        });
        Self { counts }
    }

    /// The object at this address, if a reference to it is left; one less is left then.
    pub(super) fn take(&mut self, address: usize) -> Option<Obj<'h>> {
        let (referent, count) = self.counts.get_mut(&address)?;
        *count = count.checked_sub(1)?;
        Some(*referent)
    }
}

/// The references of an object that were found by measuring, with their names.
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
    // SAFETY: the caller's object is of variable size.
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
        // SAFETY: the object has `ob_size` words behind its fields.
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
