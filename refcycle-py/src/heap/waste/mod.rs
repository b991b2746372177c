//! What objects waste: bytes that the same data would not take in another form.
//!
//! One file for each subject: [`texts`] finds equal strings, [`containers`] those with spare room,
//! [`numbers`] sequences of numbers, [`classes`] instances with a dict, and [`scan`] visits the
//! objects and decides which findings count.

mod classes;
mod containers;
mod numbers;
mod scan;
mod texts;

use refcycle_core::VertexId;

pub(crate) use scan::WasteScan;

/// Why bytes are wasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WasteKind {
    /// A string or bytes with the contents of another one.
    Duplicate,
    /// A container without items.
    Empty,
    /// A container with one item, in a table that has room for many.
    NearlyEmpty,
    /// A dict whose table is larger than its items need.
    DictSlack,
    /// A list with room for more items.
    ListSlack,
    /// A set whose table is larger than its items need.
    SetSlack,
    /// A bytearray with room for more bytes.
    BytearraySlack,
    /// An instance whose attributes slots would hold.
    InstanceDict,
    /// A list or tuple of integers that an array would hold.
    Integers,
    /// A list or tuple of floats that an array would hold.
    Floats,
}

impl WasteKind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Duplicate,
        Self::Empty,
        Self::NearlyEmpty,
        Self::DictSlack,
        Self::ListSlack,
        Self::SetSlack,
        Self::BytearraySlack,
        Self::InstanceDict,
        Self::Integers,
        Self::Floats,
    ];

    /// Its name in Python and in files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Empty => "empty",
            Self::NearlyEmpty => "nearly empty",
            Self::DictSlack => "spare room in dict",
            Self::ListSlack => "spare room in list",
            Self::SetSlack => "spare room in set",
            Self::BytearraySlack => "spare room in bytearray",
            Self::InstanceDict => "instance dict",
            Self::Integers => "boxed integers",
            Self::Floats => "boxed floats",
        }
    }

    /// Whether it is the room of one container, which may be large.
    pub(crate) fn is_of_container(self) -> bool {
        !matches!(
            self,
            Self::Duplicate | Self::Empty | Self::NearlyEmpty | Self::InstanceDict
        )
    }

    /// The kind with this name.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An object that wastes bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wasted {
    pub(crate) vertex: VertexId,
    pub(crate) kind: WasteKind,
    /// The bytes that would be saved.
    pub(crate) saved: u64,
}
