#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod annotated;
#[cfg(feature = "arrow")]
pub mod arrow;
pub mod dot;
#[cfg(feature = "dump")]
pub mod dump;
mod engine;
pub mod exchange;
mod export;
mod format;
#[cfg(feature = "html")]
mod html;
pub mod json;
mod picture;
pub mod text;

pub use annotated::{AnnotatedGraph, AnnotatedGraphBuilder, BuildError};
#[cfg(feature = "svg")]
pub use engine::Pure;
pub use engine::{Engine, Graphviz, Patience};
pub use export::{ExportError, ImageOptions, export_image, export_json, render};
pub use format::Format;
#[cfg(feature = "html")]
pub use html::{HtmlOptions, export_html, write_html};
pub use picture::{End, Picture, Root, Style, Summary, Theme};
