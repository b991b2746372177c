//! The file formats of exports.

use std::convert::Infallible;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A file format.
///
/// # Example
/// ```
/// use refcycle_dot::Format;
/// assert_eq!(Format::of_path("graph.SVG"), Some(Format::Svg));
/// assert_eq!("gv".parse(), Ok(Format::Dot));
/// assert_eq!(Format::of_path("graph"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A vector image.
    Svg,
    /// A raster image.
    Png,
    /// A page with selectable text.
    Pdf,
    /// The Graphviz language; see [`dot`](crate::dot).
    Dot,
    /// The graph as data; see [`json`](crate::json).
    Json,
    /// Another format, with the name that Graphviz uses.
    Other(String),
}

impl Format {
    /// Returns the format for the extension of a path.
    pub fn of_path(path: impl AsRef<Path>) -> Option<Self> {
        let extension = path.as_ref().extension()?.to_string_lossy();
        (!extension.is_empty()).then(|| Self::named(&extension))
    }

    /// The format for a file: the given one, that of the extension, or PNG.
    pub(crate) fn for_file(given: Option<Self>, path: &Path) -> Self {
        given.or_else(|| Self::of_path(path)).unwrap_or(Self::Png)
    }

    /// Returns the format with this name, ignoring case.
    pub fn named(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match &*name {
            "svg" => Self::Svg,
            "png" => Self::Png,
            "pdf" => Self::Pdf,
            "dot" | "gv" => Self::Dot,
            "json" => Self::Json,
            _ => Self::Other(name),
        }
    }

    /// The formats that this build supports without Graphviz.
    pub const fn built_in() -> &'static [Self] {
        match (
            cfg!(feature = "svg"),
            cfg!(feature = "png"),
            cfg!(feature = "pdf"),
        ) {
            (_, true, true) => &[Self::Svg, Self::Png, Self::Pdf, Self::Dot, Self::Json],
            (_, true, false) => &[Self::Svg, Self::Png, Self::Dot, Self::Json],
            (_, false, true) => &[Self::Svg, Self::Pdf, Self::Dot, Self::Json],
            (true, false, false) => &[Self::Svg, Self::Dot, Self::Json],
            (false, false, false) => &[Self::Dot, Self::Json],
        }
    }

    /// The name of the format.
    pub fn name(&self) -> &str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Dot => "dot",
            Self::Json => "json",
            Self::Other(name) => name,
        }
    }
}

impl FromStr for Format {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::named(name))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
