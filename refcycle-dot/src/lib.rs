// The example of the page draws a picture.
#![cfg_attr(feature = "svg", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "svg"),
    doc = "Graphs with labels, and their output formats."
)]
//!
//! ## Where to start
//!
//! - [`AnnotatedGraph`] and its builder [`AnnotatedGraphBuilder`]; [`names`] of objects.
//! - Files: [`json`], [`dot`], [`text`], [`exchange`].
//! - Pictures: [`render`] and [`export_image`] with [`ImageOptions`] and a [`Style`]; [`Engine`] is what
//!   lays them out. [`Summary`] is for graphs that are too large to draw.
#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod vertex_facts;

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
pub use html::{
    HtmlOptions, PageReport, ReportFinding, ReportNote, ReportNoteKind, ReportSection, export_html,
    write_html,
};
pub use picture::{End, Picture, Style, Summary, Theme};
pub use roots::Root;
pub use vertex_facts::{TypeName, VertexFacts};
