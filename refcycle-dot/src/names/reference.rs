//! Names of references.

/// The name of a reference: its kind, and the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceName<T> {
    /// An item of a list, a tuple or a deque, by its index.
    Item(u64),
    /// An item of an array of several dimensions, by its indices: `0, 3`.
    ArrayItem(T),
    /// A key of a dict.
    Key,
    /// The value of a dict, by the `repr` of its key.
    Value(T),
    /// An element of a set.
    Element,
    /// An attribute, written after a dot.
    Attribute(T),
    /// An attribute whose name a redacted file hides.
    HiddenAttribute,
    /// A local variable of a frame, a generator or a coroutine.
    Local(T),
    /// A local variable whose name a redacted file hides.
    HiddenLocal,
    /// A field of a C struct without a name in Python.
    Field(T),
    /// An element of a field that is an array: the field and the index.
    FieldItem(T, u64),
    /// A place on the value stack of a frame.
    Stack(u64),
    /// A part of the state of an extension module, by the name of the module.
    ModuleState(T),
    /// A text whose kind is unknown.
    Other(T),
}

/// The kind of a [`ReferenceName`], without the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "as in `ReferenceName`")]
pub enum ReferenceKind {
    Item,
    ArrayItem,
    Key,
    Value,
    Element,
    Attribute,
    Local,
    Field,
    FieldItem,
    Stack,
    ModuleState,
    Other,
}

impl ReferenceKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Item,
        Self::ArrayItem,
        Self::Key,
        Self::Value,
        Self::Element,
        Self::Attribute,
        Self::Local,
        Self::Field,
        Self::FieldItem,
        Self::Stack,
        Self::ModuleState,
        Self::Other,
    ];

    /// The word for the kind in files and in Python.
    pub fn word(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::ArrayItem => "array item",
            Self::Key => "key",
            Self::Value => "value",
            Self::Element => "element",
            Self::Attribute => "attribute",
            Self::Local => "local",
            Self::Field => "field",
            Self::FieldItem => "field item",
            Self::Stack => "stack",
            Self::ModuleState => "module state",
            Self::Other => "other",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl<T> ReferenceName<T> {
    /// The kind, without the details.
    pub fn kind(&self) -> ReferenceKind {
        match self {
            Self::Item(_) => ReferenceKind::Item,
            Self::ArrayItem(_) => ReferenceKind::ArrayItem,
            Self::Key => ReferenceKind::Key,
            Self::Value(_) => ReferenceKind::Value,
            Self::Element => ReferenceKind::Element,
            Self::Attribute(_) | Self::HiddenAttribute => ReferenceKind::Attribute,
            Self::Local(_) | Self::HiddenLocal => ReferenceKind::Local,
            Self::Field(_) => ReferenceKind::Field,
            Self::FieldItem(..) => ReferenceKind::FieldItem,
            Self::Stack(_) => ReferenceKind::Stack,
            Self::ModuleState(_) => ReferenceKind::ModuleState,
            Self::Other(_) => ReferenceKind::Other,
        }
    }

    /// The same name with its text converted.
    fn map<'t, U>(&'t self, f: impl FnOnce(&'t T) -> U) -> ReferenceName<U> {
        match self {
            Self::Item(index) => ReferenceName::Item(*index),
            Self::ArrayItem(indices) => ReferenceName::ArrayItem(f(indices)),
            Self::Key => ReferenceName::Key,
            Self::Value(key) => ReferenceName::Value(f(key)),
            Self::Element => ReferenceName::Element,
            Self::Attribute(name) => ReferenceName::Attribute(f(name)),
            Self::HiddenAttribute => ReferenceName::HiddenAttribute,
            Self::Local(name) => ReferenceName::Local(f(name)),
            Self::HiddenLocal => ReferenceName::HiddenLocal,
            Self::Field(name) => ReferenceName::Field(f(name)),
            Self::FieldItem(name, index) => ReferenceName::FieldItem(f(name), *index),
            Self::Stack(index) => ReferenceName::Stack(*index),
            Self::ModuleState(module) => ReferenceName::ModuleState(f(module)),
            Self::Other(text) => ReferenceName::Other(f(text)),
        }
    }

    /// The text of the details.
    fn text(&self) -> Option<&T> {
        match self {
            Self::ArrayItem(text)
            | Self::Value(text)
            | Self::Attribute(text)
            | Self::Local(text)
            | Self::Field(text)
            | Self::FieldItem(text, _)
            | Self::ModuleState(text)
            | Self::Other(text) => Some(text),
            Self::Item(_)
            | Self::Key
            | Self::Element
            | Self::HiddenAttribute
            | Self::HiddenLocal
            | Self::Stack(_) => None,
        }
    }

    /// The index among items, elements of a field or places of a stack.
    pub fn index(&self) -> Option<u64> {
        match self {
            Self::Item(index) | Self::FieldItem(_, index) | Self::Stack(index) => Some(*index),
            _ => None,
        }
    }
}

impl<T: AsRef<str>> ReferenceName<T> {
    /// Whether it is the reference of an object to its `__dict__`.
    pub fn is_dict(&self) -> bool {
        matches!(self, Self::Attribute(name) if name.as_ref() == "__dict__")
    }

    /// The same name, borrowed.
    pub fn borrowed(&self) -> ReferenceName<&str> {
        self.map(T::as_ref)
    }

    /// The same name with a text of its own.
    pub fn owned(&self) -> ReferenceName<String> {
        self.map(|text| text.as_ref().to_owned())
    }
}

impl<'a> ReferenceName<&'a str> {
    /// The key of a value, if it is a string that could be the name of an attribute: the name of an
    /// entry of a `__dict__`.
    pub fn identifier_key(&self) -> Option<&'a str> {
        let Self::Value(key) = *self else {
            return None;
        };
        let key = key.strip_prefix('\'')?.strip_suffix('\'')?;
        let is_letter = |c: char| c == '_' || c.is_alphabetic();
        let fits =
            key.starts_with(is_letter) && key.chars().all(|c| c == '_' || c.is_alphanumeric());
        fits.then_some(key)
    }

    /// The name of an attribute, a variable, a field or a module, the `repr` of a key, or the
    /// indices of an item of an array.
    pub fn name(&self) -> Option<&'a str> {
        self.text().copied()
    }
}
