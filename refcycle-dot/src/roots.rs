//! What holds objects from outside a graph.

use refcycle_core::VertexId;

/// What holds a vertex from outside the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The vertex. One that is not in the graph is passed over.
    pub vertex: VertexId,
    /// What holds it, as in "running in thread MainThread".
    pub holder: String,
}

/// A group of what holds objects from outside the graph. It is a node above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// The frames that run, and the exceptions that are being handled.
    Threads,
    /// The interpreter: its modules, its builtins.
    Interpreter,
    /// What was registered: handlers of signals, codecs, functions for the exit.
    Registries,
    /// Objects that are not in the graph: code, the types that are compiled into CPython.
    Hidden,
    /// What holds it is not known: C code, or the rest of the heap for a part of it.
    Elsewhere,
    /// Objects that never go, or whose references are not counted.
    Immortal,
    /// What nothing of all this reaches: garbage.
    Unreached,
}

impl Group {
    /// All groups, in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::Threads,
        Self::Interpreter,
        Self::Registries,
        Self::Hidden,
        Self::Elsewhere,
        Self::Immortal,
        Self::Unreached,
    ];

    /// The name of its node.
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

    /// A word for it in a file.
    #[cfg(feature = "dump")]
    pub(crate) const fn word(self) -> &'static str {
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

    /// The group with this word.
    #[cfg(feature = "dump")]
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }
}
