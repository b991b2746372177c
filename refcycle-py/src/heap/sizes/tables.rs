//! Hash tables of dicts and sets, and the values of attributes.
//!
//! A table of keys that a class shares with its instances is counted with the class. Values are
//! counted with the instance as long as it owns them, otherwise with the dict.

use pyo3::ffi;

use crate::heap::Obj;
#[cfg(Py_3_11)]
use crate::heap::instances;
use crate::heap::layout::{self, keys as at};

const WORD: usize = size_of::<usize>();

/// The fields of `PyDictKeysObject` that are read.
#[derive(Clone, Copy)]
struct Keys(*const u8);

impl Keys {
    /// # Safety
    /// The table has a word at the offset.
    unsafe fn word(self, offset: usize) -> usize {
        // SAFETY: guaranteed by the caller.
        unsafe { self.0.add(offset).cast::<usize>().read() }
    }

    /// `dk_refcnt`.
    ///
    /// # Safety
    /// The pointer is that of a table.
    unsafe fn holders(self) -> usize {
        // SAFETY: the table is one.
        unsafe { self.word(at::HOLDERS.get()) }
    }

    /// `DK_SIZE`.
    ///
    /// # Safety
    /// The pointer is that of a table.
    #[cfg(Py_3_11)]
    unsafe fn slots(self) -> usize {
        // SAFETY: the table is one.
        1 << unsafe { self.0.add(at::LOG2_SIZE.get()).read() }
    }

    /// `DK_SIZE`.
    ///
    /// # Safety
    /// The pointer is that of a table.
    #[cfg(not(Py_3_11))]
    unsafe fn slots(self) -> usize {
        // SAFETY: the table is one.
        unsafe { self.word(at::SIZE.get()) }
    }

    /// `USABLE_FRACTION`: the number of entries for which there is room.
    ///
    /// # Safety
    /// The pointer is that of a table.
    #[cfg(not(Py_3_11))]
    unsafe fn room(self) -> usize {
        // SAFETY: the table is one.
        room_for(unsafe { self.slots() })
    }

    /// # Safety
    /// The pointer is that of a table.
    unsafe fn size(self) -> usize {
        // SAFETY: the table is one.
        unsafe { self.size_with(self.slots()) }
    }

    /// The bytes of a table of the same kind with this number of slots.
    ///
    /// # Safety
    /// The pointer is that of a table.
    #[cfg(Py_3_11)]
    unsafe fn size_with(self, slots: usize) -> usize {
        // SAFETY: the table is one.
        let kind = usize::from(unsafe { self.0.add(at::KIND.get()).read() });
        let entry = if kind == at::KIND_GENERAL.get() {
            layout::ENTRY_SIZE + WORD // with the hash
        } else {
            layout::ENTRY_SIZE
        };
        at::INDICES.get() + index_bytes(slots) + room_for(slots) * entry
    }

    /// The bytes of a table with this number of slots.
    ///
    /// # Safety
    /// No conditions; it is `unsafe` only to match the other version.
    #[cfg(not(Py_3_11))]
    unsafe fn size_with(self, slots: usize) -> usize {
        const ENTRY: usize = 24;

        at::INDICES.get() + index_bytes(slots) + room_for(slots) * ENTRY
    }

    /// `shared_keys_usable_size`: the number of values that a new instance gets. It decreases by
    /// one with each new instance as long as more than one entry is `usable`.
    ///
    /// # Safety
    /// The pointer is that of a table that instances share.
    #[cfg(Py_3_11)]
    unsafe fn shared_room(self) -> (usize, usize) {
        // SAFETY: the table is one.
        unsafe {
            let usable = self.word(at::USABLE.get());
            (self.word(at::ENTRY_COUNT.get()) + usable, usable)
        }
    }
}

/// `USABLE_FRACTION`: the number of entries for which a table of this many slots has room.
fn room_for(slots: usize) -> usize {
    2 * slots / 3
}

/// The bytes of the indices of a table of this many slots.
fn index_bytes(slots: usize) -> usize {
    let last = slots - 1;
    slots
        * match last {
            0..=0x7f => 1,
            0x80..=0x7fff => 2,
            0x8000..=0x7fff_ffff => 4,
            _ => 8,
        }
}

/// The bytes of a table of keys, if there is one.
///
/// # Safety
/// The pointer is null or that of a `PyDictKeysObject`.
pub(super) unsafe fn keys_size(keys: *const u8) -> usize {
    if keys.is_null() {
        return 0;
    }
    // SAFETY: guaranteed by the caller.
    unsafe { Keys(keys).size() }
}

/// The bytes of the tables that a dict does not share.
///
/// # Safety
/// The object is a dict.
#[inline]
pub(in super::super) unsafe fn dict_tables(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller. The table that all empty dicts share has many holders.
    unsafe {
        let keys = Keys(object.word(layout::dict::KEYS.get()) as *const u8);
        let mut size = 0;
        if keys.holders() == 1 {
            size += keys.size();
        }
        let values = object.word(layout::dict::VALUES.get()) as *const u8;
        if !values.is_null() {
            size += dict_values(values, keys);
        }
        size
    }
}

/// The bytes that the table of a dict has more than that of `dict(d)`, a copy that is built from
/// its `len` items; 0 if the dict shares its table.
///
/// # Safety
/// The object is a dict.
pub(in super::super) unsafe fn spare_in_dict(object: Obj<'_>, len: usize) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let keys = Keys(object.word(layout::dict::KEYS.get()) as *const u8);
        if object.word(layout::dict::VALUES.get()) != 0 || keys.holders() != 1 {
            return 0;
        }
        if len == 0 {
            return keys.size(); // an empty dict has no table
        }
        let mut slots = 8;
        while room_for(slots) < len {
            slots *= 2;
        }
        keys.size().saturating_sub(keys.size_with(slots))
    }
}

/// The bytes that the table of a set has more than that of `set(s)`, which is built for twice its
/// `len` items.
///
/// # Safety
/// The object is a set.
pub(in super::super) unsafe fn spare_in_set(object: Obj<'_>, len: usize) -> usize {
    // SAFETY: guaranteed by the caller.
    let table = unsafe { set_table(object) };
    // Up to four items fit into the table inside the set.
    let slots = match len {
        0..=4 => 0,
        _ => (2 * len + 1).next_power_of_two(),
    };
    table.saturating_sub(slots * size_of::<ffi::setentry>())
}

/// # Safety
/// The values are those of a dict with these keys.
#[cfg(not(Py_3_11))]
unsafe fn dict_values(_values: *const u8, keys: Keys) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe { keys.room() * WORD }
}

/// # Safety
/// The values are those of a dict with these keys.
#[cfg(all(Py_3_11, not(Py_3_13)))]
unsafe fn dict_values(values: *const u8, keys: Keys) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe { values_size(values, keys) }
}

/// # Safety
/// The values are those of a dict.
#[cfg(Py_3_13)]
unsafe fn dict_values(values: *const u8, _keys: Keys) -> usize {
    // SAFETY: guaranteed by the caller. Embedded values are counted with their instance.
    unsafe {
        if values.add(layout::values::EMBEDDED.get()).read() != 0 {
            0
        } else {
            values_of_capacity(values.add(layout::values::CAPACITY.get()).read().into())
        }
    }
}

/// The bytes of a set's table, unless it is the one inside the set.
///
/// # Safety
/// The object is a set.
#[inline]
pub(super) unsafe fn set_table(object: Obj<'_>) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let set = object.as_ptr().cast::<ffi::PySetObject>();
        if (*set).table == (&raw mut (*set).smalltable).cast() {
            0
        } else {
            ((*set).mask as usize + 1) * size_of::<ffi::setentry>()
        }
    }
}

/// Values, their header, and one byte for each value for the order of insertion.
#[cfg(Py_3_13)]
fn values_of_capacity(capacity: usize) -> usize {
    (capacity + 1) * WORD + capacity.next_multiple_of(WORD)
}

/// The bytes of values that were allocated separately.
///
/// # Safety
/// The values are those of these keys.
#[cfg(all(Py_3_11, not(Py_3_13)))]
unsafe fn values_size(values: *const u8, keys: Keys) -> usize {
    // SAFETY: the byte before the values is the size of the prefix.
    unsafe {
        let prefix = usize::from(
            values
                .wrapping_sub(layout::values::PREFIX_BEFORE.get())
                .read(),
        );
        // The prefix gives the number of values only up to a multiple of a word. The most likely of
        // these numbers is the one that new instances get, which only ever decreases.
        let most = prefix.saturating_sub(2);
        let least = prefix.saturating_sub(WORD + 1);
        let (room, _) = keys.shared_room();
        prefix + room.clamp(least, most) * WORD
    }
}

/// Whether instances of the type may hold values of attributes themselves.
///
/// # Safety
/// The type is alive.
#[cfg(not(Py_3_11))]
pub(super) unsafe fn instances_may_have_values(_ty: *mut ffi::PyTypeObject) -> bool {
    false
}

/// Whether instances of the type may hold values of attributes themselves.
///
/// # Safety
/// The type is alive.
#[cfg(Py_3_11)]
pub(super) unsafe fn instances_may_have_values(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: guaranteed by the caller.
    layout::values_are_known()
        && unsafe {
            ffi::PyType_HasFeature(ty, instances::VALUES_FLAG as _) != 0
                && Obj::new(ty.cast()).word(layout::class::KEYS.get()) != 0
        }
}

/// The keys that an instance shares with the others of its class.
///
/// # Safety
/// The class of the object has such keys.
#[cfg(Py_3_11)]
unsafe fn shared_keys(object: Obj<'_>) -> Keys {
    // SAFETY: guaranteed by the caller.
    unsafe { Keys(object.ty().word(layout::class::KEYS.get()) as *const u8) }
}

/// The bytes of the values that an instance holds itself. The caller has checked its type.
#[cfg(not(Py_3_11))]
pub(super) fn instance_values(_object: Obj<'_>) -> usize {
    0
}

/// The bytes of the values that an instance holds itself. The caller has checked its type.
#[cfg(all(Py_3_11, not(Py_3_13)))]
#[inline]
pub(super) fn instance_values(object: Obj<'_>) -> usize {
    // SAFETY: the class has shared keys.
    instances::inline_values(object).map_or(0, |values| unsafe {
        values_size(values.cast(), shared_keys(object))
    })
}

/// The bytes of the values that an instance holds itself, used or not. The caller has checked its
/// type.
#[cfg(Py_3_13)]
#[inline]
pub(super) fn instance_values(object: Obj<'_>) -> usize {
    // SAFETY: the class has shared keys, and its instances have room for values.
    unsafe {
        let header = instances::values_header(object);
        let capacity = usize::from(header.add(layout::values::CAPACITY.get()).read());
        // Room is made before the number decreases, so the first instances have one more. For the
        // instance with which it stops decreasing, this cannot be determined.
        let (room, usable) = shared_keys(object).shared_room();
        values_of_capacity(capacity + usize::from(capacity > room || usable > 1))
    }
}

/// Whether the header of an instance's values is as expected, provided that no instance of its
/// class was created after it.
#[cfg(Py_3_11)]
pub(crate) fn new_instance_has_known_values(object: Obj<'_>) -> bool {
    // SAFETY: the check of names has found the values and the keys at the expected offsets.
    unsafe {
        let (room, _) = shared_keys(object).shared_room();
        #[cfg(Py_3_13)]
        {
            let header = instances::values_header(object);
            usize::from(header.add(layout::values::CAPACITY.get()).read()) == room
                && header.add(layout::values::EMBEDDED.get()).read() == 1
        }
        #[cfg(not(Py_3_13))]
        instances::inline_values(object).is_some_and(|values| {
            let prefix = values
                .cast::<u8>()
                .wrapping_sub(layout::values::PREFIX_BEFORE.get())
                .read();
            usize::from(prefix) == (room + 2).next_multiple_of(WORD)
        })
    }
}

/// Before 3.11, there are no such values.
#[cfg(not(Py_3_11))]
pub(crate) fn new_instance_has_known_values(_object: Obj<'_>) -> bool {
    true
}
