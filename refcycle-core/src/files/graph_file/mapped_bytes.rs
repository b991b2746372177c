//! Maps a graph file into memory.
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
    /// Maps a file into memory and opens it. Pages are read when they are used and released when
    /// memory is short, so the file may be larger than memory.
    ///
    /// # Safety
    /// Until the graph, and the bytes that [`into_bytes`](Self::into_bytes) may have taken out of
    /// it, are dropped, the file must not be changed or truncated, by another process or another
    /// part of this one. [`GraphWriter::save`] replaces a file and does not change it; the graph
    /// keeps the old file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), and as for [`new`](Self::new).
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
        // SAFETY: the caller promises that the file does not change while it is mapped.
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

// SAFETY: the code that mapped the file has promised that it does not change while it is mapped.
unsafe impl StableBytes for MappedBytes {}

impl fmt::Debug for MappedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedBytes")
            .field("length", &self.0.len())
            .finish_non_exhaustive()
    }
}
