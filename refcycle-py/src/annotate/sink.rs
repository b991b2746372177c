//! Where names of references go.

use refcycle_dot::names::ReferenceName;

use crate::heap::Obj;

/// Is shown references by name.
pub(super) trait Sink<'h> {
    /// The name is made only when it is wanted.
    fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>);

    /// Whether more need not be shown.
    fn is_satisfied(&self) -> bool;
}
