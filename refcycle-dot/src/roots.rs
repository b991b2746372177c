//! Roots: the holders of objects from outside a graph.

use refcycle_core::VertexId;

/// A root: something outside the graph that holds a vertex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The vertex. Ignored if it is not in the graph.
    pub vertex: VertexId,
    /// The name of the holder, such as "running in thread MainThread".
    pub holder: String,
}

/// A group of roots. In a heap snapshot it is a node above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Running frames, and exceptions being handled.
    Threads,
    /// The interpreter: its modules and builtins.
    Interpreter,
    /// Registered objects: signal handlers, codecs, exit functions.
    Registries,
    /// Objects that are not in the graph: code objects, static types of CPython.
    Hidden,
    /// Unknown holders: C code, or the rest of the heap if the graph is only a part of it.
    Elsewhere,
    /// Immortal objects, which are never freed.
    Immortal,
    /// Objects that none of these reaches: garbage.
    Unreached,
}

impl Group {
    /// All groups in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::Threads,
        Self::Interpreter,
        Self::Registries,
        Self::Hidden,
        Self::Elsewhere,
        Self::Immortal,
        Self::Unreached,
    ];

    /// The name of the node of the group.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Threads => "(Threads)",
            Self::Interpreter => "(Interpreter)",
            Self::Registries => "(Registries)",
            Self::Hidden => "(Objects outside the graph)",
            Self::Elsewhere => "(Held from elsewhere)",
            Self::Immortal => "(Immortal)",
            Self::Unreached => "(Not reached)",
        }
    }

    /// The name of the group in a dump file, such as `threads`.
    #[cfg(feature = "dump")]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Interpreter => "interpreter",
            Self::Registries => "registries",
            Self::Hidden => "hidden",
            Self::Elsewhere => "elsewhere",
            Self::Immortal => "immortal",
            Self::Unreached => "unreached",
        }
    }

    /// The group with this name in a dump file.
    #[cfg(feature = "dump")]
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }
}
