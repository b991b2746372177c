//! Names of objects and of references, as data.
//!
//! A name is created once, when an object is read from the heap or a file is loaded. Graphs, files,
//! pictures and answers carry it as an enum. It becomes text only here: [`ObjectName::long`] and
//! [`ObjectName::short`] are for people, [`ObjectName::label`] and [`ReferenceName::label`] are the
//! labels of refcycle 0.3.1. Text from elsewhere, such as a JSON or GraphML file, is parsed by
//! [`ObjectName::parse`] and [`ReferenceName::parse`].
//!
//! The enums are generic over their texts: `String` where a name is created, `&str` where it is
//! read, a number where a graph stores it.
//!
//! ```
//! use refcycle_dot::names::{Container, ObjectName, ReferenceName};
//!
//! let list = ObjectName::Container { container: Container::List, type_name: "list", len: 3 };
//! assert_eq!(list.long(), "list (3 items)");
//! assert_eq!(list.label(), "list[3]");
//! assert_eq!(ReferenceName::Local("job").label(), "local 'job'");
//! assert_eq!(ReferenceName::parse("item[3]"), ReferenceName::Item(3));
//! ```

// Public in `dump::redaction`.
#[cfg_attr(not(feature = "dump"), allow(dead_code, unreachable_pub))]
pub(crate) mod identifiers;
mod label;
mod object;
mod owner;
mod owner_path;
mod parse;
mod reference;
mod signatures;
mod stable;
pub(crate) mod strings;
mod table;
mod text;

#[cfg(feature = "dump")]
pub(crate) use label::Details;
pub use object::{Container, ObjectKind, ObjectName, Place, SUSPENDED};
pub use owner::{NamedGraph, Owner, full_name, name_in, owner};
pub use reference::{ReferenceKind, ReferenceName};
pub use signatures::{Part, SignatureId, Signatures, TextId};
pub(crate) use table::{NameId, Names, NamesBuilder};
#[cfg(feature = "dump")]
pub(crate) use table::{ObjectEntry, ReferenceEntry};
