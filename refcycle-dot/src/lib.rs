#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod annotated;
pub mod dot;
mod engine;
mod export;
mod format;
pub mod json;
mod picture;

pub use annotated::{AnnotatedGraph, AnnotatedGraphBuilder, BuildError};
#[cfg(feature = "svg")]
pub use engine::Pure;
pub use engine::{Engine, Graphviz, Patience};
pub use export::{ExportError, ImageOptions, export_image, export_json, render};
pub use format::Format;
pub use picture::{End, Picture, Style, Summary, Theme};
