//! Pieces of memory, each with the object that uses it, and the buffers that they form.

use std::rc::Rc;

use pyo3::prelude::*;
use rustc_hash::FxHashMap;

/// The name of the memory of the process itself, as opposed to that of a device.
pub(crate) const MAIN_MEMORY: &str = "";

/// How pieces of memory are recognised as the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::heap) enum Identity {
    /// By the address of the first byte. Overlapping pieces are parts of one buffer.
    Address(u64),
    /// By a number that all users of the memory share.
    Number(u64),
}

/// A piece of memory.
struct Extent {
    /// The index of the object that uses it.
    holder: u32,
    /// The index of the device.
    device: u32,
    /// None for memory that no other object can use.
    identity: Option<Identity>,
    bytes: u64,
    /// Whether the holder is an object whose own size includes the memory.
    is_owned: bool,
}

/// Memory that one or more objects use.
#[derive(Clone)]
pub(crate) struct Group {
    /// The device, [`MAIN_MEMORY`] for the memory of the process.
    pub(crate) device: Rc<str>,
    pub(super) identity: Option<Identity>,
    pub(crate) bytes: u64,
    /// The indices of the objects that use it, ascending, at least one unless there is an owner.
    pub(crate) holders: Vec<u32>,
    /// The index of the object whose own size includes it.
    pub(crate) owner: Option<u32>,
}

/// Describes the memory of an object. `None` if it cannot be read.
pub(super) type Reader = fn(&Bound<'_, PyAny>, &mut Extents) -> Option<()>;

/// The reader of objects whose library does not tell their memory.
pub(super) fn read_nothing(_object: &Bound<'_, PyAny>, _extents: &mut Extents) -> Option<()> {
    None
}

/// What the readers find.
pub(in crate::heap) struct Extents {
    found: Vec<Extent>,
    devices: Vec<Rc<str>>,
    /// The index of the object that is being read.
    holder: u32,
    /// The objects that could not be read.
    pub(super) unknown: Vec<u32>,
    /// The vertices that are buffers, with their bytes in the memory of the process.
    pub(super) vertices: Vec<(u32, u64)>,
}

impl Default for Extents {
    fn default() -> Self {
        Self {
            found: Vec::new(),
            devices: vec![MAIN_MEMORY.into()],
            holder: 0,
            unknown: Vec::new(),
            vertices: Vec::new(),
        }
    }
}

impl Extents {
    /// Reads an object. If its reader fails, the whole object is unknown.
    pub(super) fn read(&mut self, holder: u32, object: &Bound<'_, PyAny>, reader: Reader) {
        self.holder = holder;
        let start = self.found.len();
        if reader(object, self).is_none() {
            self.found.truncate(start);
            self.unknown.push(holder);
        }
    }

    /// Memory of the process at an address.
    pub(super) fn at(&mut self, address: u64, bytes: u64) {
        self.on_device(MAIN_MEMORY, Some(Identity::Address(address)), bytes);
    }

    /// Memory of the process that only this object uses.
    pub(super) fn alone(&mut self, bytes: u64) {
        self.on_device(MAIN_MEMORY, None, bytes);
    }

    /// Memory of a device.
    pub(super) fn on_device(&mut self, device: &str, identity: Option<Identity>, bytes: u64) {
        self.push(self.holder, device, identity, bytes, false);
    }

    /// The object that is being read is a buffer itself.
    pub(super) fn vertex(&mut self, device: &str, identity: Option<Identity>, bytes: u64) {
        let own = if device == MAIN_MEMORY { bytes } else { 0 };
        self.vertices.push((self.holder, own));
        self.owned(self.holder, device, identity, bytes);
    }

    /// Memory that is a part of an object.
    pub(super) fn owned(
        &mut self,
        owner: u32,
        device: &str,
        identity: Option<Identity>,
        bytes: u64,
    ) {
        self.push(owner, device, identity, bytes, true);
    }

    fn push(
        &mut self,
        holder: u32,
        device: &str,
        identity: Option<Identity>,
        bytes: u64,
        is_owned: bool,
    ) {
        if bytes == 0 {
            return;
        }
        let known = self.devices.iter().position(|known| &**known == device);
        let device = known.unwrap_or_else(|| {
            self.devices.push(device.into());
            self.devices.len() - 1
        });
        self.found.push(Extent {
            holder,
            device: device as u32,
            identity,
            bytes,
            is_owned,
        });
    }

    /// Whether there is memory of the process that an object could own.
    pub(super) fn are_in_main_memory(&self) -> bool {
        self.addresses().next().is_some()
    }

    /// The start and the end of all pieces in the memory of the process.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (u64, u64)> {
        self.found.iter().filter_map(|extent| match extent {
            Extent {
                device: 0,
                identity: Some(Identity::Address(start)),
                bytes,
                ..
            } => Some((*start, start.saturating_add(*bytes))),
            _ => None,
        })
    }

    /// The buffers that the pieces form.
    pub(in crate::heap) fn groups(&self) -> Vec<Group> {
        let mut order: Vec<&Extent> = self.found.iter().collect();
        order.sort_by_key(|extent| (extent.device, extent.identity));
        let mut groups: Vec<Group> = Vec::new();
        let mut numbers = FxHashMap::default();
        let mut last_end = 0;
        for extent in order {
            let device = &self.devices[extent.device as usize];
            let same = |group: &Group| group.device == *device;
            let known = match extent.identity {
                None => None,
                Some(Identity::Address(start)) => {
                    let last = groups.len().checked_sub(1);
                    last.filter(|&last| same(&groups[last]) && start < last_end)
                }
                Some(Identity::Number(number)) => numbers.get(&(extent.device, number)).copied(),
            };
            let place = known.unwrap_or_else(|| {
                groups.push(Group::of(extent, device));
                last_end = 0;
                groups.len() - 1
            });
            match extent.identity {
                Some(Identity::Number(number)) => {
                    numbers.insert((extent.device, number), place);
                    groups[place].bytes = groups[place].bytes.max(extent.bytes);
                }
                Some(Identity::Address(start)) => {
                    last_end = last_end.max(start.saturating_add(extent.bytes));
                    groups[place].end_at(last_end);
                }
                None => {}
            }
            groups[place].add(extent);
        }
        for group in &mut groups {
            group.holders.sort_unstable();
            group.holders.dedup();
        }
        groups.retain(|group| !group.holders.is_empty());
        groups
    }
}

impl Group {
    /// How the memory is recognised.
    pub(in crate::heap) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// The address of the first byte, if the memory has one.
    pub(crate) fn address(&self) -> Option<u64> {
        match self.identity {
            Some(Identity::Address(address)) => Some(address),
            _ => None,
        }
    }

    fn of(extent: &Extent, device: &Rc<str>) -> Self {
        Self {
            device: Rc::clone(device),
            identity: extent.identity,
            bytes: extent.bytes,
            holders: Vec::new(),
            owner: None,
        }
    }

    fn add(&mut self, extent: &Extent) {
        if extent.is_owned {
            self.owner.get_or_insert(extent.holder);
        } else {
            self.holders.push(extent.holder);
        }
    }

    fn end_at(&mut self, end: u64) {
        if let Some(Identity::Address(start)) = self.identity {
            self.bytes = end - start;
        }
    }
}
