//! Mapping a graph file into memory.
#![allow(unsafe_code)]

use std::fmt;
use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use super::{GraphFile, StableBytes};
use crate::Error;

/// The bytes of a file that is mapped into memory.
pub struct MappedBytes(Mmap);

impl GraphFile<MappedBytes> {
    /// Maps a file into memory and opens it. Pages are read when they are used, and given back
    /// when memory is short, so that the file may be larger than memory.
    ///
    /// # Safety
    /// Until the graph, and the bytes that [`into_bytes`](Self::into_bytes) may have taken out of
    /// it, are dropped, nobody may change the file or make it shorter: no other process, and no
    /// other part of this one. A file that [`GraphWriter::save`] replaces is not
    /// changed; the graph keeps the old one.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), and as [`new`](Self::new).
    ///
    /// [`GraphWriter::save`]: super::GraphWriter::save
    ///
    /// # Example
    /// ```
    /// use refcycle_core::files::{GraphFile, GraphWriter};
    /// use refcycle_core::{CsrGraph, Vertices};
    /// let path = std::env::temp_dir().join(format!("refcycle-map-{}.rcg", std::process::id()));
    /// GraphWriter::new(&CsrGraph::from_edges(2, [(0, 1)])?).save(&path)?;
    /// // SAFETY: the file is this example's own.
    /// let graph = unsafe { GraphFile::map(&path) }?;
    /// assert_eq!((graph.vertex_count(), graph.edge_count()), (2, 1));
    /// # drop(graph);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), refcycle_core::Error>(())
    /// ```
    pub unsafe fn map(path: impl AsRef<Path>) -> Result<Self, Error> {
        let file = File::open(path)?;
        // SAFETY: the caller promises that the file stays as it is while it is mapped.
        let map = unsafe { Mmap::map(&file) }?;
        Self::new(MappedBytes(map))
    }
}

impl AsRef<[u8]> for MappedBytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

// SAFETY: whatever mapped the file has promised that it stays as it is while it is mapped.
unsafe impl StableBytes for MappedBytes {}

impl fmt::Debug for MappedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedBytes")
            .field("length", &self.0.len())
            .finish_non_exhaustive()
    }
}
