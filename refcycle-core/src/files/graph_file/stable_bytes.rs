//! Bytes that do not change while they are borrowed.
#![allow(unsafe_code)]

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::AlignedBytes;

/// A type whose bytes are the same on each access, so that a [`GraphFile`](super::GraphFile)
/// needs to check them only once.
///
/// Slices, vectors, [`AlignedBytes`], mapped files, shared slices and references to these are
/// such types.
///
/// # Safety
/// As long as there is no `&mut` access to the value, every call of [`as_ref`](AsRef::as_ref)
/// must return a slice with the same contents, even after the value has been moved. A type with
/// interior mutability must not return data that can change.
///
/// # Example
/// You can wrap a buffer of another library if it meets the conditions above:
/// ```
/// use refcycle_core::files::{AlignedBytes, GraphFile, GraphWriter, StableBytes};
/// use refcycle_core::CsrGraph;
///
/// struct Named(&'static str, AlignedBytes);
///
/// impl AsRef<[u8]> for Named {
///     fn as_ref(&self) -> &[u8] {
///         self.1.as_ref()
///     }
/// }
/// // SAFETY: the bytes are those of a field that nothing changes.
/// unsafe impl StableBytes for Named {}
///
/// let mut bytes = Vec::new();
/// GraphWriter::new(&CsrGraph::from_edges(2, [(0, 1)])?).write(&mut bytes)?;
/// let graph = GraphFile::new(Named("pair", AlignedBytes::from(&*bytes)))?;
/// assert_eq!(graph.edge_count(), 1);
/// # Ok::<(), refcycle_core::Error>(())
/// ```
/// A type that may return different bytes is not accepted:
/// ```compile_fail,E0277
/// use std::cell::Cell;
/// use refcycle_core::files::GraphFile;
///
/// struct Other<'a>(Cell<bool>, [&'a [u8]; 2]);
///
/// impl AsRef<[u8]> for Other<'_> {
///     fn as_ref(&self) -> &[u8] {
///         self.1[usize::from(self.0.replace(true))]
///     }
/// }
///
/// let graph = GraphFile::new(Other(Cell::new(false), [&[], &[]]));
/// ```
pub unsafe trait StableBytes: AsRef<[u8]> {}

// SAFETY: shared bytes cannot be changed.
unsafe impl StableBytes for [u8] {}
// SAFETY: a reference returns the bytes of its referent, and only shares them.
unsafe impl<T: StableBytes + ?Sized> StableBytes for &T {}
// SAFETY: the bytes belong to the vector, and change only by `&mut`.
unsafe impl StableBytes for Vec<u8> {}
// SAFETY: the same for a box.
unsafe impl StableBytes for Box<[u8]> {}
// SAFETY: shared contents change only by `get_mut` and similar methods, which take `&mut` and
// require a single owner.
unsafe impl StableBytes for Rc<[u8]> {}
// SAFETY: as for `Rc`.
unsafe impl StableBytes for Arc<[u8]> {}
// SAFETY: it is a slice or a vector, and changes from one to the other only by `&mut`.
unsafe impl StableBytes for Cow<'_, [u8]> {}
// SAFETY: the bytes are those of a private vector, which nothing changes.
unsafe impl StableBytes for AlignedBytes {}
