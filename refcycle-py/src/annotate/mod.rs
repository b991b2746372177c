//! Names for objects and for references, as a person would write them.
//!
//! No Python code runs, and no Python object is created: everything is read from the fields of
//! the objects, in [`paused`](crate::heap::paused).

mod allocations;
mod cells;
mod keys;
mod known_names;
mod lasting;
mod lookup;
mod named_objects;
mod objects;
mod redaction;
mod references;
mod shown_names;
mod shown_types;
mod sink;
mod spelling;
mod type_names;

pub(crate) use allocations::{Allocations, allocated_at};
pub(crate) use cells::{CellVariables, closure_variables};
pub(crate) use keys::module_key;
pub(crate) use known_names::{KnownNames, Lists};
pub(crate) use lasting::lasting_value;
pub(crate) use lookup::{MEMORY, field_name, named_references, names_of};
pub(crate) use objects::{
    code_name, is_named_by_type, likeness, object_annotation, object_kind, object_name,
    type_name_of,
};
pub(crate) use redaction::{Redaction, redacted_file, redacted_function};
pub(crate) use shown_types::shown_dotted;
pub(crate) use spelling::Values;
pub(crate) use type_names::dotted;
