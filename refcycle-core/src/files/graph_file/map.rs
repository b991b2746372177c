//! Maps a graph file into memory.
#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use super::GraphFile;
use super::bytes::Bytes;
use crate::Error;

impl GraphFile<'static> {
    /// Maps a file into memory and opens it. Pages are read when they are used and released when
    /// memory is short, so the file may be larger than memory.
    ///
    /// # Safety
    /// Until the graph is dropped, the file must not be changed or truncated, by another process or
    /// another part of this one. [`GraphWriter::save`] replaces a file and does not change it; the
    /// graph keeps the old file.
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
        Self::open(Bytes::Mapped(map))
    }
}
