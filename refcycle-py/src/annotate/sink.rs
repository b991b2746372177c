//! The receiver of names of references.

use refcycle_dot::names::ReferenceName;

use crate::heap::Obj;

/// Receives references with their names.
pub(super) trait Sink<'h> {
    /// `name` is called only if the name is needed.
    fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>);

    /// Whether no more references are needed.
    fn is_satisfied(&self) -> bool;
}
