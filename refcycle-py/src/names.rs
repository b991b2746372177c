//! Names of objects and references, as Python sees them.

use pyo3::prelude::*;
use refcycle_dot::names;

/// The name of a reference.
#[pyclass(frozen, eq, hash, module = "refcycle._refcycle")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct ReferenceName(names::ReferenceName<String>);

impl From<names::ReferenceName<String>> for ReferenceName {
    fn from(name: names::ReferenceName<String>) -> Self {
        Self(name)
    }
}

#[crate::border::guarded]
#[pymethods]
impl ReferenceName {
    /// The kind of the reference.
    ///
    /// One of `attribute`, `item`, `array item`, `key`, `value`, `element`, `local`, `stack`,
    /// `field`, `field item`, `module state` and `other`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().word()
    }

    /// The name of an attribute, a variable, a field or a module, the `repr` of a key, or the
    /// indices of an item of an array; `None` for all others.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.borrowed().name()
    }

    /// The index of an item, of an element of a field or of a place on a stack, else `None`.
    #[getter]
    fn index(&self) -> Option<u64> {
        self.0.index()
    }

    /// The key if it is a string that could be the name of an attribute, else `None`.
    #[getter]
    fn key(&self) -> Option<&str> {
        self.0.borrowed().identifier_key()
    }

    /// Returns how the reference is written after the name of the object that has it.
    fn long(&self, holder: &ObjectName) -> String {
        self.0.borrowed().long(holder.0.borrowed()).into_owned()
    }

    /// How a signature writes the reference after the name of its object: `.pool`, or `[*]` for
    /// any index or key.
    #[getter]
    fn stable(&self) -> String {
        self.0.borrowed().stable().into_owned()
    }

    /// How a signature writes the entry of a `__dict__`: as an attribute.
    #[getter]
    fn stable_attribute(&self) -> String {
        self.0.borrowed().stable_attribute().into_owned()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!(
            "<ReferenceName: {}>",
            crate::terminal::line(&self.0.to_string())
        )
    }
}

/// The name of an object.
#[pyclass(frozen, eq, hash, module = "refcycle._refcycle")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct ObjectName(names::ObjectName<String>);

impl From<names::ObjectName<String>> for ObjectName {
    fn from(name: names::ObjectName<String>) -> Self {
        Self(name)
    }
}

#[crate::border::guarded]
#[pymethods]
impl ObjectName {
    /// The kind of the object.
    ///
    /// One of `value`, `list`, `tuple`, `dict`, `set`, `class`, `function`, `method`, `module`,
    /// `frame`, `generator`, `weak reference`, `instance` and `other`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().word()
    }

    /// The name of a class, a function, a method or a module, of the function that a frame
    /// executes, and of a builtin function, a descriptor, a context variable, a task or the
    /// variable of a cell; `None` for all others.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.borrowed().name()
    }

    /// The name of a class with its module and the functions and classes around it, as in
    /// `app.make.<locals>.Form`; `None` for all other objects.
    ///
    /// As in a signature, it is `(type)` if the class has a name that no code can have.
    #[getter]
    fn qualified(&self) -> Option<&str> {
        self.0.borrowed().qualified()
    }

    /// The name of the type with its module, if the object's name has it, else `None`.
    #[getter]
    fn type_name(&self) -> Option<&str> {
        self.0.borrowed().type_name()
    }

    /// The end of the name of the file of a frame, else `None`.
    #[getter]
    fn file(&self) -> Option<&str> {
        match &self.0 {
            names::ObjectName::Frame { place, .. } => place.as_ref().map(|place| &*place.file),
            _ => None,
        }
    }

    /// The name in a signature: the type with its module, or the name of the object in Python
    /// code.
    #[getter]
    fn stable(&self) -> String {
        self.0.borrowed().stable().into_owned()
    }

    /// The number of items, if it is a list, a tuple, a dict or a set, else `None`.
    #[getter]
    fn length(&self) -> Option<u64> {
        match self.0 {
            names::ObjectName::Container { len, .. } => Some(len),
            _ => None,
        }
    }

    /// The name in one line, with details that distinguish the object from others.
    #[getter]
    fn long(&self) -> String {
        self.0.borrowed().long().into_owned()
    }

    /// The name without places and counts.
    #[getter]
    fn short(&self) -> String {
        self.0.borrowed().short().into_owned()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!(
            "<ObjectName: {}>",
            crate::terminal::line(&self.0.borrowed().long())
        )
    }
}
