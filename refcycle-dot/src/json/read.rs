//! Reading JSON as a stream, straight into the builder.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use super::error::{ID, JsonError};
use crate::annotated::{AnnotatedGraph, AnnotatedGraphBuilder};
use crate::names::{NameId, NamesBuilder};

/// Reads a graph. The keys of an object may be in any order, even `"edges"` before
/// `"vertices"`; unknown keys are ignored.
///
/// # Errors
/// [`JsonError`] if reading fails, the text is not a graph, or the graph is inconsistent (see
/// [`BuildError`](crate::BuildError)).
///
/// # Complexity
/// O(bytes) time, plus sorting the ids. The text is not kept in memory; the reader needs the
/// memory of an [`AnnotatedGraphBuilder`].
///
/// # Example
/// ```
/// use refcycle_core::Vertices;
/// let text = r#"{"vertices": [{"id": 1, "annotation": "list[0]"}], "edges": []}"#;
/// let graph = refcycle_dot::json::read_json(text.as_bytes())?;
/// assert_eq!(graph.vertex_count(), 1);
/// # Ok::<(), refcycle_dot::json::JsonError>(())
/// ```
pub fn read_json(reader: impl Read) -> Result<AnnotatedGraph, JsonError> {
    let reader = BufReader::with_capacity(1 << 16, reader);
    read(serde_json::Deserializer::from_reader(reader))
}

/// Reads a graph from a text in memory, somewhat faster than [`read_json`].
///
/// # Errors
/// The same as for [`read_json`].
///
/// # Example
/// ```
/// let error = refcycle_dot::json::from_json(
///     r#"{"vertices": [], "edges": [{"id": 5, "annotation": null, "head": 1, "tail": 1}]}"#,
/// );
/// assert!(error.unwrap_err().to_string().contains("the tail 1, which is not the id of a vertex"));
/// ```
pub fn from_json(text: &str) -> Result<AnnotatedGraph, JsonError> {
    read(serde_json::Deserializer::from_str(text))
}

fn read<'de, R: serde_json::de::Read<'de>>(
    mut json: serde_json::Deserializer<R>,
) -> Result<AnnotatedGraph, JsonError> {
    let mut builder = AnnotatedGraph::builder();
    Document(&mut builder)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(JsonError::new)?;
    builder.build().map_err(JsonError::Graph)
}

/// The full text.
struct Document<'a>(&'a mut AnnotatedGraphBuilder);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an object with the keys "vertices" and "edges""#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        const KEYS: Keys = Keys(&["vertices", "edges"]);
        let mut seen = [false; 2];
        while let Some(key) = map.next_key_seed(KEYS)? {
            let Some(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut seen[key], true) {
                return Err(Error::duplicate_field(KEYS.0[key]));
            }
            match key {
                0 => map.next_value_seed(Items(Kind::Vertex, self.0))?,
                _ => map.next_value_seed(Items(Kind::Edge, self.0))?,
            }
        }
        match seen.iter().position(|seen| !seen) {
            Some(key) => Err(Error::missing_field(KEYS.0[key])),
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Vertex,
    Edge,
}

impl Kind {
    /// The required keys: the annotation, then the ids.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Vertex => &["annotation", "id"],
            Self::Edge => &["annotation", "id", "tail", "head"],
        }
    }
}

/// A list of vertices or edges.
struct Items<'a>(Kind, &'a mut AnnotatedGraphBuilder);

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Item(self.0, self.1))?.is_some() {}
        Ok(())
    }
}

/// One vertex or edge.
struct Item<'a>(Kind, &'a mut AnnotatedGraphBuilder);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Vertex => r#"a vertex: {"id": 1, "annotation": "..."}"#,
            Kind::Edge => r#"an edge: {"id": 1, "annotation": "...", "head": 1, "tail": 1}"#,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(kind, builder) = self;
        let keys = kind.keys();
        let mut annotation = None;
        let mut ids = [None; 3];
        while let Some(key) = map.next_key_seed(Keys(keys))? {
            let again = match key {
                None => {
                    map.next_value::<IgnoredAny>()?;
                    false
                }
                Some(0) => {
                    let text = Annotation(kind, &mut builder.names);
                    annotation.replace(map.next_value_seed(text)?).is_some()
                }
                Some(key) => ids[key - 1].replace(map.next_value_seed(Id)?).is_some(),
            };
            if let (true, Some(key)) = (again, key) {
                return Err(Error::duplicate_field(keys[key]));
            }
        }
        let missing = |key: usize| Error::missing_field(keys[key]);
        let id = |key: usize| ids[key - 1].ok_or_else(|| missing(key));
        let annotation = annotation.ok_or_else(|| missing(0))?;
        match kind {
            Kind::Vertex => builder.push_vertex(id(1)?, annotation),
            Kind::Edge => builder.push_edge(id(1)?, id(2)?, id(3)?, annotation),
        }
        Ok(())
    }
}

/// A key: its index among the known keys, if it is known.
struct Keys(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| *known == key))
    }
}

/// The name for an annotation; for an edge, it may be `null`.
struct Annotation<'a>(Kind, &'a mut NamesBuilder);

impl<'de> DeserializeSeed<'de> for Annotation<'_> {
    type Value = NameId;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<NameId, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Annotation<'_> {
    type Value = NameId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Vertex => "a string",
            Kind::Edge => "a string or null",
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<NameId, E> {
        Ok(match self.0 {
            Kind::Vertex => self.1.parse_object(text),
            Kind::Edge => self.1.parse_reference(text),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<NameId, E> {
        match self.0 {
            Kind::Vertex => Err(E::invalid_type(Unexpected::Unit, &self)),
            Kind::Edge => Ok(NameId::NONE),
        }
    }
}

/// An id.
struct Id;

impl<'de> DeserializeSeed<'de> for Id {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_u64(self)
    }
}

impl Visitor<'_> for Id {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<u64, E> {
        Ok(id)
    }

    fn visit_i64<E: Error>(self, id: i64) -> Result<u64, E> {
        Err(E::custom(format_args!("the id {id} is negative; {ID}")))
    }

    /// serde_json parses an integer beyond 64 bits as a float.
    fn visit_f64<E: Error>(self, id: f64) -> Result<u64, E> {
        let fault = match id {
            _ if id.fract() != 0.0 => {
                return Err(E::custom(format_args!(
                    "the id {id} is not an integer; {ID}"
                )));
            }
            _ if id <= -1.0 => "is negative",
            _ if id >= TWO_TO_64 => "does not fit in 64 bits",
            _ => "is written as a fraction",
        };
        Err(E::custom(format_args!("the id {id:.0} {fault}; {ID}")))
    }
}

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
