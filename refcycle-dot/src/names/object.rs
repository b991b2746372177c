//! Names of objects.

/// The name of an object: of which kind it is, and the details that tell it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectName<T> {
    /// An object that is shown by its value: `None`, a number, a string, bytes.
    Value {
        /// The name of its type.
        type_name: T,
        /// Its `repr`, cut to a length, or in a redacted file a text that stands for it.
        text: T,
    },
    /// A list, a tuple, a dict or a set, or an instance of a subclass.
    Container {
        /// Which of them.
        container: Container,
        /// The name of its type, with the module but for builtins.
        type_name: T,
        /// How many items, entries or elements it has.
        len: u64,
    },
    /// A class, by its `__name__`.
    Class(T),
    /// A function, by its `__name__`.
    Function(T),
    /// A bound method, by the `__qualname__` of its function.
    Method(T),
    /// A module, by its `__name__`.
    Module(T),
    /// A frame.
    Frame {
        /// The name of the function that it executes; empty where it is not known.
        function: T,
        /// Where it is, if that is known.
        place: Option<Place<T>>,
    },
    /// A generator, a coroutine or an asynchronous generator.
    Generator {
        /// The name of its type with the module `builtins`.
        type_name: T,
        /// The name of its function; empty where it is not known.
        function: T,
    },
    /// A weak reference, by the address of the object to which it refers, if that is alive.
    WeakReference(Option<u64>),
    /// Any other object, by the name of its type with the module, also of builtins.
    Instance(T),
    /// A text of which no kind is known.
    Other(T),
}

/// A line of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place<T> {
    /// The end of the file's name.
    pub file: T,
    /// The number of the line, from 1.
    pub line: u32,
}

/// A builtin type of containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Container {
    List,
    Tuple,
    Dict,
    /// A set or a frozenset.
    Set,
}

impl Container {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::List, Self::Tuple, Self::Dict, Self::Set];

    /// Its name in Python.
    pub fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Dict => "dict",
            Self::Set => "set",
        }
    }
}

/// The kind of an [`ObjectName`], without the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "as in `ObjectName`")]
pub enum ObjectKind {
    Value,
    Container(Container),
    Class,
    Function,
    Method,
    Module,
    Frame,
    Generator,
    WeakReference,
    Instance,
    Other,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Value,
        Self::Container(Container::List),
        Self::Container(Container::Tuple),
        Self::Container(Container::Dict),
        Self::Container(Container::Set),
        Self::Class,
        Self::Function,
        Self::Method,
        Self::Module,
        Self::Frame,
        Self::Generator,
        Self::WeakReference,
        Self::Instance,
        Self::Other,
    ];

    /// The kind as files and Python have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Container(container) => container.word(),
            Self::Class => "class",
            Self::Function => "function",
            Self::Method => "method",
            Self::Module => "module",
            Self::Frame => "frame",
            Self::Generator => "generator",
            Self::WeakReference => "weak reference",
            Self::Instance => "instance",
            Self::Other => "other",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl<T> ObjectName<T> {
    /// The kind, without the details.
    pub fn kind(&self) -> ObjectKind {
        match self {
            Self::Value { .. } => ObjectKind::Value,
            Self::Container { container, .. } => ObjectKind::Container(*container),
            Self::Class(_) => ObjectKind::Class,
            Self::Function(_) => ObjectKind::Function,
            Self::Method(_) => ObjectKind::Method,
            Self::Module(_) => ObjectKind::Module,
            Self::Frame { .. } => ObjectKind::Frame,
            Self::Generator { .. } => ObjectKind::Generator,
            Self::WeakReference(_) => ObjectKind::WeakReference,
            Self::Instance(_) => ObjectKind::Instance,
            Self::Other(_) => ObjectKind::Other,
        }
    }

    /// The same name with other texts.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> ObjectName<U> {
        match self {
            Self::Value { type_name, text } => ObjectName::Value {
                type_name: f(type_name),
                text: f(text),
            },
            Self::Container {
                container,
                type_name,
                len,
            } => ObjectName::Container {
                container,
                type_name: f(type_name),
                len,
            },
            Self::Class(name) => ObjectName::Class(f(name)),
            Self::Function(name) => ObjectName::Function(f(name)),
            Self::Method(name) => ObjectName::Method(f(name)),
            Self::Module(name) => ObjectName::Module(f(name)),
            Self::Frame { function, place } => ObjectName::Frame {
                function: f(function),
                place: place.map(|Place { file, line }| Place {
                    file: f(file),
                    line,
                }),
            },
            Self::Generator {
                type_name,
                function,
            } => ObjectName::Generator {
                type_name: f(type_name),
                function: f(function),
            },
            Self::WeakReference(referent) => ObjectName::WeakReference(referent),
            Self::Instance(type_name) => ObjectName::Instance(f(type_name)),
            Self::Other(text) => ObjectName::Other(f(text)),
        }
    }
}

impl<T: AsRef<str>> ObjectName<T> {
    /// The same name, borrowed.
    pub fn borrowed(&self) -> ObjectName<&str> {
        match self {
            Self::Value { type_name, text } => ObjectName::Value {
                type_name: type_name.as_ref(),
                text: text.as_ref(),
            },
            Self::Container {
                container,
                type_name,
                len,
            } => ObjectName::Container {
                container: *container,
                type_name: type_name.as_ref(),
                len: *len,
            },
            Self::Class(name) => ObjectName::Class(name.as_ref()),
            Self::Function(name) => ObjectName::Function(name.as_ref()),
            Self::Method(name) => ObjectName::Method(name.as_ref()),
            Self::Module(name) => ObjectName::Module(name.as_ref()),
            Self::Frame { function, place } => ObjectName::Frame {
                function: function.as_ref(),
                place: place.as_ref().map(|Place { file, line }| Place {
                    file: file.as_ref(),
                    line: *line,
                }),
            },
            Self::Generator {
                type_name,
                function,
            } => ObjectName::Generator {
                type_name: type_name.as_ref(),
                function: function.as_ref(),
            },
            Self::WeakReference(referent) => ObjectName::WeakReference(*referent),
            Self::Instance(type_name) => ObjectName::Instance(type_name.as_ref()),
            Self::Other(text) => ObjectName::Other(text.as_ref()),
        }
    }
}

impl<'a> ObjectName<&'a str> {
    /// What an object is called in Python code: the name of a class, a function, a method, a
    /// module, and of the function that a frame executes.
    pub fn name(&self) -> Option<&'a str> {
        match *self {
            Self::Class(name) | Self::Function(name) | Self::Method(name) | Self::Module(name) => {
                Some(name)
            }
            Self::Frame { function, .. } | Self::Generator { function, .. } => {
                Some(function).filter(|function| !function.is_empty())
            }
            _ => None,
        }
    }

    /// The name of the type, where the name of the object has it.
    pub fn type_name(&self) -> Option<&'a str> {
        match *self {
            Self::Value { type_name, .. }
            | Self::Container { type_name, .. }
            | Self::Generator { type_name, .. }
            | Self::Instance(type_name) => Some(type_name),
            _ => None,
        }
    }

    /// The class of an object as far as the name tells it, by which equals stand together:
    /// `str`, `list`, `app.Pool`, and for what is not an instance of the user's the word of
    /// its label, `function`, `instancemethod`, `module`, `type`, `frame` or `weakref`.
    pub fn class(&self) -> Option<&'a str> {
        Some(match *self {
            Self::Value { type_name, .. } => type_name,
            Self::Container { container, .. } => container.word(),
            Self::Class(_) => "type",
            Self::Function(_) => "function",
            Self::Method(_) => "instancemethod",
            Self::Module(_) => "module",
            Self::Frame { .. } => "frame",
            Self::WeakReference(_) => "weakref",
            Self::Generator { type_name, .. } | Self::Instance(type_name) => type_name,
            Self::Other(_) => return None,
        })
    }
}
