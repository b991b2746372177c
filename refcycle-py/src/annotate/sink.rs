//! The receiver of names of references.

use refcycle_dot::names::ReferenceName;

use super::keys::Keys;
use crate::heap::Obj;

/// A text after which a reference is named.
#[derive(Clone, Copy)]
pub(super) enum Source<'h> {
    /// The key of a value of a dict, and what is shown of it.
    Key(Obj<'h>, Keys),
    /// The name of an attribute.
    Attribute(Obj<'h>),
}

/// Receives references with their names.
pub(super) trait Sink<'h> {
    /// `name` is called only if the name is needed.
    fn see(&mut self, target: Obj<'h>, name: &dyn Fn() -> ReferenceName<String>);

    /// The same for a name that depends on nothing but its source.
    fn see_after(
        &mut self,
        target: Obj<'h>,
        source: Source<'h>,
        name: &dyn Fn() -> ReferenceName<String>,
    ) {
        let _ = source;
        self.see(target, name);
    }

    /// Whether no more references are needed.
    fn is_satisfied(&self) -> bool;
}
