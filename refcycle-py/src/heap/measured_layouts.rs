//! What was measured of the structs of types: the fields and their places, and what is not
//! explained yet of the references of an object.

use std::sync::RwLock;

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

/// The references of an object that are not in fields.
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

/// The measured layout of a type.
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
    pub(super) fn of(object: Obj<'h>) -> Self {
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
