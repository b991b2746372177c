//! The measured layouts of types: the fields and their offsets, and the references of an object
//! that have no name yet.

use std::sync::RwLock;

use rustc_hash::FxHashMap;

use super::Obj;
use super::compiled::Compiled;

/// The name of a reference, not yet as text.
#[derive(Clone, Copy)]
pub(crate) enum FieldName<'h> {
    Field(&'static str),
    /// An item of a field that is an array.
    Element(&'static str, usize),
    Key,
    /// The value that belongs to this key.
    Value(Obj<'h>),
}

/// The references of an object that are outside its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Items, which the traversal shows last and in order; `ob_size` is their number.
    Items,
    /// Pairs of a key and a value after the fields; if there is no key, the value is a part of the
    /// table.
    Pairs,
    /// An array, which is the last field.
    Array(&'static str, usize),
    /// A cache of `functools.lru_cache`, whose entries are in a dict and in links.
    Cache,
}

/// The measured layout of a type.
#[derive(Clone)]
pub(super) struct Layout {
    pub(super) ty: Compiled,
    /// Offsets with the names of the fields.
    pub(super) fields: Vec<(usize, &'static str)>,
    pub(super) shape: Option<Shape>,
    /// Whether an object did not have the expected shape. In that case, the type has no shape.
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

/// Layouts by the address of the type. They are never freed: there are only as many as there are
/// types with probes.
static LAYOUTS: RwLock<Option<FxHashMap<usize, &'static Layout>>> = RwLock::new(None);

pub(super) fn layout(ty: Compiled) -> Option<&'static Layout> {
    let layouts = LAYOUTS.read().ok()?;
    let layout = *layouts.as_ref()?.get(&(ty.ty as usize))?;
    // The type may be freed, and another may have its address.
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

/// Objects to which an object refers, and how many references to each have no name yet.
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

    /// The object at this address, if a reference to it is left. This uses up one reference.
    pub(super) fn take(&mut self, address: usize) -> Option<Obj<'h>> {
        let (referent, count) = self.counts.get_mut(&address)?;
        *count = count.checked_sub(1)?;
        Some(*referent)
    }
}
