#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

// Layers from bottom to top: a module uses modules above it in this list, never below.
mod counts;
mod error;
mod escape;
mod files;
mod format;
mod roots;
mod shorten;
mod steps;

pub mod names;

mod annotated;
#[cfg(feature = "arrow")]
pub mod arrow;
pub mod dot;
#[cfg(feature = "dump")]
pub mod dump;
pub mod json;

pub mod summary;

mod picture;

mod draw;

pub mod exchange;
#[cfg(feature = "html")]
mod html;
pub mod text;
pub mod treemap;

mod export;

pub use annotated::{AnnotatedGraph, AnnotatedGraphBuilder, Annotator, BuildError};
#[cfg(feature = "svg")]
pub use draw::Pure;
pub use draw::{Engine, Graphviz, ImageOptions, Patience};
pub use error::ExportError;
pub use export::{export_image, export_json, render};
pub use format::Format;
#[cfg(feature = "html")]
pub use html::{HtmlOptions, export_html, write_html};
pub use picture::{End, Picture, Style, Summary, Theme};
pub use roots::Root;
