//! Graph files: compressed sparse rows in a file, used in place.

mod bytes;
mod format;
#[cfg(feature = "mmap")]
mod map;
mod open;
mod reader;
mod write;

pub use format::FileWeight;
pub use open::GraphFile;
pub use reader::{GraphReader, RowParts};
pub use write::GraphWriter;
