//! Facts about the vertices of a graph in addition to their labels, for files and tables.

use refcycle_core::VertexId;

/// The name of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeName {
    /// The name with the module, except for builtins: `app.models.User`, `list`.
    pub name: String,
    /// The module, also that of builtins: `app.models`, `builtins`; `None` if unknown.
    pub module: Option<String>,
}

/// Types and sizes of the vertices of a graph. Nothing is known by default.
///
/// # Memory
/// 4 bytes per vertex, 16 more with sizes, and each type once.
///
/// # Example
/// ```
/// use refcycle_dot::{TypeName, VertexFacts};
/// let user = TypeName { name: "app.User".into(), module: Some("app".into()) };
/// let facts = VertexFacts::new(vec![user], vec![0, 0]).with_sizes(vec![56, 48], vec![104, 48]);
/// assert_eq!(facts.module(1.into()), Some("app"));
/// assert_eq!((facts.size(0.into()), facts.retained(0.into())), (Some(56), Some(104)));
/// assert_eq!(VertexFacts::default().type_name(0.into()), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VertexFacts {
    types: Vec<TypeName>,
    numbers: Vec<u32>,
    sizes: Option<Sizes>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Sizes {
    shallow: Vec<u64>,
    retained: Vec<u64>,
}

/// A fact in a file of another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Type,
    Module,
    Size,
    Retained,
}

impl Fact {
    const ALL: [Self; 4] = [Self::Type, Self::Module, Self::Size, Self::Retained];

    /// Its name in files and tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Module => "module",
            Self::Size => "size",
            Self::Retained => "retained",
        }
    }

    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Size | Self::Retained)
    }

    /// Its type in GraphML and GEXF.
    pub(crate) const fn xml_type(self) -> &'static str {
        if self.is_number() { "long" } else { "string" }
    }
}

/// The value of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactValue<'a> {
    Text(&'a str),
    Number(u64),
}

impl VertexFacts {
    /// The types of the vertices: `numbers` has the place in `types` for each vertex.
    ///
    /// # Panics
    /// If a number is not a place in `types`.
    pub fn new(types: Vec<TypeName>, numbers: Vec<u32>) -> Self {
        let are_known = numbers
            .iter()
            .all(|&number| (number as usize) < types.len());
        assert!(are_known, "each vertex has one of the types");
        Self {
            types,
            numbers,
            sizes: None,
        }
    }

    /// The same with sizes in bytes: those of each vertex itself, and those that it retains.
    ///
    /// # Panics
    /// If one of them does not have a size for each vertex.
    #[must_use]
    pub fn with_sizes(self, shallow: Vec<u64>, retained: Vec<u64>) -> Self {
        let lengths = (shallow.len(), retained.len());
        assert_eq!(lengths, (self.numbers.len(), self.numbers.len()));
        Self {
            sizes: Some(Sizes { shallow, retained }),
            ..self
        }
    }

    /// The name of the type of a vertex, with its module except for builtins.
    pub fn type_name(&self, v: VertexId) -> Option<&str> {
        self.type_of(v).map(|found| &*found.name)
    }

    /// The module of the type of a vertex.
    pub fn module(&self, v: VertexId) -> Option<&str> {
        self.type_of(v)?.module.as_deref()
    }

    /// The bytes of a vertex itself.
    pub fn size(&self, v: VertexId) -> Option<u64> {
        self.sizes.as_ref()?.shallow.get(v.index()).copied()
    }

    /// The bytes that a vertex retains, itself included.
    pub fn retained(&self, v: VertexId) -> Option<u64> {
        self.sizes.as_ref()?.retained.get(v.index()).copied()
    }

    fn type_of(&self, v: VertexId) -> Option<&TypeName> {
        let number = *self.numbers.get(v.index())?;
        self.types.get(number as usize)
    }

    /// The facts that are known of some vertex.
    pub(crate) fn known(&self) -> impl Iterator<Item = Fact> + '_ {
        Fact::ALL.into_iter().filter(|fact| match fact {
            Fact::Type => !self.types.is_empty(),
            Fact::Module => self.types.iter().any(|found| found.module.is_some()),
            Fact::Size | Fact::Retained => self.sizes.is_some(),
        })
    }

    /// The facts that are known of a vertex, in the order of [`known`](Self::known).
    pub(crate) fn of(&self, v: VertexId) -> impl Iterator<Item = (Fact, FactValue<'_>)> + '_ {
        Fact::ALL
            .into_iter()
            .filter_map(move |fact| Some((fact, self.value(fact, v)?)))
    }

    /// A fact about a vertex, if it is known.
    pub(crate) fn value(&self, fact: Fact, v: VertexId) -> Option<FactValue<'_>> {
        match fact {
            Fact::Type => self.type_name(v).map(FactValue::Text),
            Fact::Module => self.module(v).map(FactValue::Text),
            Fact::Size => self.size(v).map(FactValue::Number),
            Fact::Retained => self.retained(v).map(FactValue::Number),
        }
    }

    /// The sizes of the vertices and those that they retain.
    #[cfg(feature = "arrow")]
    pub(crate) fn into_sizes(self) -> Option<(Vec<u64>, Vec<u64>)> {
        self.sizes.map(|sizes| (sizes.shallow, sizes.retained))
    }
}
