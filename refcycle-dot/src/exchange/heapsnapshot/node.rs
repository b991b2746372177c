//! The nodes of a heap snapshot.

use crate::names::strings::StringId;

/// The smallest id of an object; smaller ids are used for roots and groups.
pub const FIRST_ID: u32 = 101;

/// The number of fields of a node in the file.
pub(super) const NODE_FIELDS: u64 = 7;

/// The kind of an object, which determines where the tools list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// An object, listed under its name, which is the name of its class.
    Object,
    /// A string, listed under `(string)`.
    String,
    /// A number, listed under `(number)`.
    Number,
    /// A function, listed under `Function`.
    Function,
    /// A class, a module, a frame, compiled code: listed under `(compiled code)`.
    Code,
}

impl NodeKind {
    /// The index in `node_types`.
    pub(super) const fn number(self) -> u32 {
        match self {
            Self::String => 2,
            Self::Object => 3,
            Self::Code => 4,
            Self::Function => 5,
            Self::Number => 7,
        }
    }
}

/// An object of a heap snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The kind of the object.
    pub kind: NodeKind,
    /// The name of the object.
    pub name: &'a str,
    /// The id of the object: odd, at least [`FIRST_ID`], and the same in all snapshots of one
    /// process.
    pub id: u32,
    /// The size of the object itself, in bytes.
    pub size: u64,
}

/// A [`Node`] whose name is interned.
#[derive(Clone, Copy)]
pub(super) struct StoredNode {
    pub(super) size: u64,
    pub(super) id: u32,
    pub(super) name: StringId,
    pub(super) kind: NodeKind,
}

/// The largest size of one node.
pub(super) const MOST: u64 = u32::MAX as u64;

impl StoredNode {
    /// The number of further nodes for the rest of the size.
    pub(super) const fn rests(&self) -> u64 {
        self.size.saturating_sub(1) / MOST
    }
}

/// A reference as written to the file.
#[derive(Clone, Copy)]
pub(super) enum Reference {
    Element(u32),
    Variable(StringId),
    Property(StringId),
    Nameless,
}
