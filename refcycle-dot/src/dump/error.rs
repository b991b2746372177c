//! Why a dump cannot be made, written or read.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_schema::ArrowError;

/// Why a [`HeapDump`](super::HeapDump) cannot be made, written or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum DumpError {
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is not a dump: another file, or one that is damaged, cut off or hostile.
    Malformed(String),
    /// The end of the file is missing. [`DumpReader::open_partial`](super::DumpReader::open_partial)
    /// reads what is there.
    CutOff,
    /// The file was written to after the dump was read from it, and before names that are read
    /// later: see [`DumpReader::parts_with_names_later`](super::DumpReader::parts_with_names_later).
    Changed,
    /// The dump has a newer format than this version of the program supports.
    Newer {
        /// The version of its format.
        found: u32,
    },
    /// The parts of a new dump do not fit together.
    Parts(String),
}

impl DumpError {
    pub(super) fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Malformed(what) => write!(
                f,
                "not a heap dump, or a damaged one: {what}; take the dump again, or \
                 copy the file again"
            ),
            Self::CutOff => f.write_str(
                "not a heap dump, or a damaged one: it is cut off, or still being written; take \
                 the dump again, or copy the file again",
            ),
            Self::Changed => f.write_str("the file was changed after it was loaded; load it again"),
            Self::Newer { found } => write!(
                f,
                "the dump has version {found} of the format, this program knows version {} and \
                 below; read it with a newer refcycle",
                super::columns::FORMAT_VERSION,
            ),
            Self::Parts(what) => write!(f, "the parts of the dump do not match: {what}"),
        }
    }
}

impl std::error::Error for DumpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for DumpError {
    fn from(error: io::Error) -> Self {
        match (error.kind(), error.raw_os_error()) {
            // The file ends too early.
            (io::ErrorKind::UnexpectedEof, _) => Self::malformed("it is cut off"),
            // The decompressor reports malformed data as an input/output error.
            (io::ErrorKind::Other, None) => Self::malformed(error.to_string()),
            _ => Self::Io(error),
        }
    }
}

/// For writers that report input/output errors only.
impl From<DumpError> for io::Error {
    fn from(error: DumpError) -> Self {
        match error {
            DumpError::Io(error) => error,
            error => Self::other(error.to_string()),
        }
    }
}

impl From<ArrowError> for DumpError {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => error.into(),
            error => Self::Malformed(error.to_string()),
        }
    }
}

/// Turns a panic that a hostile file causes in the libraries that read it into an error.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, DumpError>) -> Result<T, DumpError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(DumpError::malformed("its parts contradict each other")))
}
