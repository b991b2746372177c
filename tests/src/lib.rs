//! Shared code of the tests: oracles that are too simple to be wrong, generators of graphs, a
//! table of cases, and every representation of a graph.

pub mod cases;
pub mod checks;
pub mod edge_list;
pub mod errors;
pub mod flow;
pub mod generators;
pub mod liar;
pub mod oracles;
pub mod oracles_cycles;
pub mod representations;
pub mod scattered;
pub mod watches;

pub use edge_list::EdgeList;

/// The guide's page on Rust: its examples run as tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/07-rust.md")]
pub struct RustGuide;

/// The page on the core: its first programs run as tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/core.md")]
pub struct Core;

/// The page of the repository: its example runs as a test of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// Calls that a graph's capabilities do not allow. They do not compile, and the compiler says what
/// is missing (`#[diagnostic::on_unimplemented]`).
///
/// The graph of the examples lists only its successors, which is enough for this:
/// ```
/// use refcycle_core::{Algorithms, Successors, VertexId, Vertices};
/// struct Ring(u32);
/// impl Vertices for Ring {
///     fn vertex_bound(&self) -> usize { self.0 as usize }
/// }
/// impl Successors for Ring {
///     type Successors<'a> = std::iter::Once<VertexId>;
///     fn successors(&self, v: VertexId) -> Self::Successors<'_> {
///         std::iter::once(VertexId::new((v.number() + 1) % self.0))
///     }
/// }
/// assert_eq!(Ring(3).shortest_path(0.into(), 2.into()).unwrap().unwrap().len(), 3);
/// ```
/// but not for this:
/// ```compile_fail,E0277
/// use refcycle_core::{Algorithms, Successors, VertexId, Vertices};
/// struct Ring(u32);
/// impl Vertices for Ring {
///     fn vertex_bound(&self) -> usize { self.0 as usize }
/// }
/// impl Successors for Ring {
///     type Successors<'a> = std::iter::Once<VertexId>;
///     fn successors(&self, v: VertexId) -> Self::Successors<'_> {
///         std::iter::once(VertexId::new((v.number() + 1) % self.0))
///     }
/// }
/// Ring(3).bidirectional_shortest_path(0.into(), 2.into()).unwrap();
/// ```
/// A type that is no graph:
/// ```compile_fail,E0277
/// refcycle_core::algo::girth(&"no graph");
/// ```
/// A reference that can change the graph, and a watch that is not one:
/// ```compile_fail,E0277
/// refcycle_core::algo::girth(&mut refcycle_core::CsrGraph::default());
/// ```
/// ```compile_fail,E0277
/// use refcycle_core::{CsrGraph, Run, algo};
/// algo::girth(Run::on(&CsrGraph::default()).watch(&mut 3));
/// ```
/// Edges between strings:
/// ```compile_fail,E0277
/// let _: refcycle_core::CsrGraph = [("a", "b")].into_iter().collect();
/// ```
#[cfg(doctest)]
pub struct MissingCapabilities;
