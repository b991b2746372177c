//! Objects as the tools see them.

use crate::annotated::strings::StringId;

/// The smallest id of an object: those below are for the nodes above the objects.
pub const FIRST_ID: u32 = 101;

/// The fields of a node in the file.
pub(super) const NODE_FIELDS: u64 = 7;

/// What an object is to the tools: they have a place of their own for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// An object, listed under its name, which is that of its class.
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
    /// Its place in `node_types`.
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

/// An object.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// What it is.
    pub kind: NodeKind,
    /// What it is called.
    pub name: &'a str,
    /// Its id, the same in every snapshot of one process: odd, and not below
    /// [`FIRST_ID`].
    pub id: u32,
    /// The bytes that it takes itself.
    pub size: u64,
}

/// A [`Node`] whose name is kept elsewhere.
#[derive(Clone, Copy)]
pub(super) struct StoredNode {
    pub(super) size: u64,
    pub(super) id: u32,
    pub(super) name: StringId,
    pub(super) kind: NodeKind,
}

/// The largest size that a node can have.
pub(super) const MOST: u64 = u32::MAX as u64;

impl StoredNode {
    /// How many further nodes its size takes.
    pub(super) const fn rests(&self) -> u64 {
        self.size.saturating_sub(1) / MOST
    }
}

/// How a reference is written.
#[derive(Clone, Copy)]
pub(super) enum Reference {
    Element(u32),
    Variable(StringId),
    Property(StringId),
    Nameless,
}
