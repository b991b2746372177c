//! Names of objects.

/// The name of an object: its kind, and the details that distinguish it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectName<T> {
    /// An object that is shown by its value: `None`, a number, a string, bytes.
    Value {
        /// The name of its type.
        type_name: T,
        /// Its `repr`, cut to a maximum length, or the text that stands for it in a redacted file.
        text: T,
    },
    /// A list, a tuple, a dict or a set, or an instance of a subclass.
    Container {
        /// Which of these it is.
        container: Container,
        /// The name of its type, with its module except for builtins.
        type_name: T,
        /// The number of its items, entries or elements.
        len: u64,
    },
    /// A class.
    Class {
        /// Its `__name__`.
        name: T,
        /// Its qualified name, with its module except for builtins; empty if unknown.
        dotted: T,
    },
    /// A function.
    Function {
        /// Its `__name__`.
        name: T,
        /// Where it is defined, if that is known.
        place: Option<Place<T>>,
    },
    /// A bound method.
    Method {
        /// The `__qualname__` of its function.
        name: T,
        /// Where that function is defined, if that is known.
        place: Option<Place<T>>,
    },
    /// A module, by its `__name__`.
    Module(T),
    /// A frame.
    Frame {
        /// The name of the function that it executes; empty if unknown.
        function: T,
        /// The line that it executes, if that is known.
        place: Option<Place<T>>,
    },
    /// A generator, a coroutine or an asynchronous generator.
    Generator {
        /// The name of its type with the module `builtins`.
        type_name: T,
        /// The name of its function; empty if unknown.
        function: T,
        /// The line that it has reached, if that is known. One that has finished has none.
        place: Option<Place<T>>,
    },
    /// A weak reference.
    WeakReference {
        /// The address of the object to which it refers, if that object is alive.
        referent: Option<u64>,
        /// The name of that object; empty if unknown.
        target: T,
    },
    /// An object with a name of its own whose type belongs to CPython or a module: a builtin
    /// function, a descriptor, a cell, a context variable, code, a task; also a suspended greenlet.
    Named {
        /// The name of its type with the module, also of builtins.
        type_name: T,
        /// Its name; for a cell, the name of its variable.
        name: T,
        /// For a task, the function of its coroutine; for a suspended greenlet, [`SUSPENDED`];
        /// otherwise empty.
        about: T,
        /// Where it is defined, or the line that a task or a greenlet has reached, if that is
        /// known.
        place: Option<Place<T>>,
    },
    /// Any other object, by the name of its type with the module, also of builtins.
    Instance(T),
    /// A text whose kind is unknown.
    Other(T),
}

/// The detail of a greenlet that is neither running nor finished.
pub const SUSPENDED: &str = "suspended";

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

    /// The word for the kind in files and in Python.
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
            Self::Class { .. } => ObjectKind::Class,
            Self::Function { .. } => ObjectKind::Function,
            Self::Method { .. } => ObjectKind::Method,
            Self::Module(_) => ObjectKind::Module,
            Self::Frame { .. } => ObjectKind::Frame,
            Self::Generator { .. } => ObjectKind::Generator,
            Self::WeakReference { .. } => ObjectKind::WeakReference,
            Self::Named { .. } | Self::Instance(_) => ObjectKind::Instance,
            Self::Other(_) => ObjectKind::Other,
        }
    }

    /// The same name with each of its texts converted.
    fn map<'t, U>(&'t self, mut f: impl FnMut(&'t T) -> U) -> ObjectName<U> {
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
                container: *container,
                type_name: f(type_name),
                len: *len,
            },
            Self::Class { name, dotted } => ObjectName::Class {
                name: f(name),
                dotted: f(dotted),
            },
            Self::Function { name, place } => ObjectName::Function {
                name: f(name),
                place: place.as_ref().map(|place| place.map(f)),
            },
            Self::Method { name, place } => ObjectName::Method {
                name: f(name),
                place: place.as_ref().map(|place| place.map(f)),
            },
            Self::Module(name) => ObjectName::Module(f(name)),
            Self::Frame { function, place } => ObjectName::Frame {
                function: f(function),
                place: place.as_ref().map(|place| place.map(f)),
            },
            Self::Generator {
                type_name,
                function,
                place,
            } => ObjectName::Generator {
                type_name: f(type_name),
                function: f(function),
                place: place.as_ref().map(|place| place.map(f)),
            },
            Self::WeakReference { referent, target } => ObjectName::WeakReference {
                referent: *referent,
                target: f(target),
            },
            Self::Named {
                type_name,
                name,
                about,
                place,
            } => ObjectName::Named {
                type_name: f(type_name),
                name: f(name),
                about: f(about),
                place: place.as_ref().map(|place| place.map(f)),
            },
            Self::Instance(type_name) => ObjectName::Instance(f(type_name)),
            Self::Other(text) => ObjectName::Other(f(text)),
        }
    }
}

/// The type of a cell.
pub(super) const CELL: &str = "builtins.cell";

impl ObjectName<String> {
    /// Whether it is the name of a cell whose variable is unknown.
    pub fn is_nameless_cell(&self) -> bool {
        matches!(self, Self::Instance(type_name) if type_name == CELL)
    }

    /// The name of the cell of a variable.
    pub fn cell(variable: String) -> Self {
        Self::Named {
            type_name: CELL.to_owned(),
            name: variable,
            about: String::new(),
            place: None,
        }
    }
}

impl<T> Place<T> {
    /// The same place with its text converted.
    fn map<'t, U>(&'t self, f: impl FnOnce(&'t T) -> U) -> Place<U> {
        Place {
            file: f(&self.file),
            line: self.line,
        }
    }
}

impl<T: AsRef<str>> Place<T> {
    /// The same place with a text of its own.
    pub fn owned(&self) -> Place<String> {
        self.map(|file| file.as_ref().to_owned())
    }
}

impl<T: AsRef<str>> ObjectName<T> {
    /// The same name, borrowed.
    pub fn borrowed(&self) -> ObjectName<&str> {
        self.map(T::as_ref)
    }

    /// The same name with texts of its own.
    pub fn owned(&self) -> ObjectName<String> {
        self.map(|text| text.as_ref().to_owned())
    }
}

impl<'a> ObjectName<&'a str> {
    /// The name of an object in Python code: that of a class, a function, a method or a module, and
    /// of the function that a frame executes; also that of a [`Named`](Self::Named) object.
    pub fn name(&self) -> Option<&'a str> {
        match *self {
            Self::Class { name, .. }
            | Self::Function { name, .. }
            | Self::Method { name, .. }
            | Self::Named { name, .. }
            | Self::Module(name) => Some(name),
            Self::Frame { function, .. } | Self::Generator { function, .. } => {
                Some(function).filter(|function| !function.is_empty())
            }
            _ => None,
        }
    }

    /// The name of the type, if the name of the object contains it.
    pub fn type_name(&self) -> Option<&'a str> {
        match *self {
            Self::Value { type_name, .. }
            | Self::Container { type_name, .. }
            | Self::Generator { type_name, .. }
            | Self::Named { type_name, .. }
            | Self::Instance(type_name) => Some(type_name),
            _ => None,
        }
    }

    /// The line of a source file at which a function is defined, or that a frame, a generator or
    /// a task has reached.
    pub fn place(&self) -> Option<Place<&'a str>> {
        match *self {
            Self::Function { place, .. }
            | Self::Method { place, .. }
            | Self::Frame { place, .. }
            | Self::Generator { place, .. }
            | Self::Named { place, .. } => place,
            _ => None,
        }
    }

    /// Additional details: the qualified name of a class, the name of the object to which a weak
    /// reference refers, the function of the coroutine of a task, [`SUSPENDED`] for a greenlet.
    pub fn about(&self) -> Option<&'a str> {
        match *self {
            Self::Class { dotted: about, .. }
            | Self::WeakReference { target: about, .. }
            | Self::Named { about, .. } => Some(about).filter(|about| !about.is_empty()),
            _ => None,
        }
    }

    /// The class of an object as far as its name contains it, by which equal objects are grouped:
    /// `str`, `list`, `app.Pool`. For objects that are not instances of a class of the user it is
    /// the first word of the label: `function`, `instancemethod`, `module`, `type`, `frame` or
    /// `weakref`.
    pub fn class(&self) -> Option<&'a str> {
        Some(match *self {
            Self::Value { type_name, .. } => type_name,
            Self::Container { container, .. } => container.word(),
            Self::Class { .. } => "type",
            Self::Function { .. } => "function",
            Self::Method { .. } => "instancemethod",
            Self::Module(_) => "module",
            Self::Frame { .. } => "frame",
            Self::WeakReference { .. } => "weakref",
            Self::Generator { type_name, .. }
            | Self::Named { type_name, .. }
            | Self::Instance(type_name) => type_name,
            Self::Other(_) => return None,
        })
    }
}
