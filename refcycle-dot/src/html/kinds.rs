//! The kinds of boxes in a page.

use crate::annotated::AnnotatedGraph;
use crate::names::ObjectName;
use crate::picture::kind::Kind;
use crate::summary::{Class, Place};

/// The kind of a box, which determines its colour and its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// As in a picture.
    Object(Kind),
    /// A strongly connected component, or several.
    Cycle,
}

/// The name of each kind, by which the page's style sheet and script know it. The numbers of
/// kinds are indices.
pub(super) const ALL: [&str; 8] = [
    "frame",
    "function",
    "module",
    "type",
    "container",
    "object",
    "value",
    "cycle",
];

impl PageKind {
    /// The kind of an object with this name.
    pub(super) fn of(name: ObjectName<&str>) -> Self {
        Self::Object(Kind::of(name))
    }

    /// The kind of a class of objects: that of its members, if they have one type.
    pub(super) fn of_class(class: &Class, graph: &AnnotatedGraph) -> Self {
        match class.place {
            Place::Component(_) | Place::SmallerComponents => Self::Cycle,
            _ if class.is_one_type => Self::of(graph.object_name(class.example)),
            _ => Self::Object(Kind::Value),
        }
    }

    /// The index in [`ALL`].
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Object(Kind::Frame) => 0,
            Self::Object(Kind::Function) => 1,
            Self::Object(Kind::Module) => 2,
            Self::Object(Kind::Type) => 3,
            Self::Object(Kind::Container) => 4,
            Self::Object(Kind::Object) => 5,
            // A page has no boxes for roots and stubs.
            Self::Object(Kind::Value | Kind::Root | Kind::Stub) => 6,
            Self::Cycle => 7,
        }
    }
}
