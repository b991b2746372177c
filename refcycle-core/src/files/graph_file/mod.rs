//! Graph files: compressed sparse rows in a file, used in place.

mod aligned_bytes;
mod format;
#[cfg(feature = "mmap")]
mod mapped_bytes;
mod open;
mod reader;
mod stable_bytes;
mod write;

pub use aligned_bytes::AlignedBytes;
pub use format::FileWeight;
#[cfg(feature = "mmap")]
pub use mapped_bytes::MappedBytes;
pub use open::GraphFile;
pub use reader::{GraphReader, RowParts};
pub use stable_bytes::StableBytes;
pub use write::GraphWriter;
