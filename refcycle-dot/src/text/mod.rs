//! A graph in a terminal: a tree of references with labels.
//!
//! From a start the tree goes against the edges, to what holds it, or along them. What is
//! near the start is shown before what is far, up to a number of lines; a vertex that comes
//! again is not opened again, siblings of one kind are folded, and the last lines say what
//! was left out.
//!
//! ```
//! use refcycle_dot::AnnotatedGraph;
//! use refcycle_dot::text::{Charset, Tree, TreeOptions};
//!
//! let mut builder = AnnotatedGraph::builder();
//! builder.vertex(1, "dict[0]");
//! builder.vertex(2, "function\ncount");
//! builder.edge(0, 2, 1, Some("__dict__"));
//! builder.edge(1, 1, 2, Some("value['me']"));
//! let graph = builder.build()?;
//! let dict = graph.find_vertex(1).unwrap();
//! let tree = Tree::new(&graph, &[dict], &TreeOptions::default());
//! assert_eq!(tree.render(80, Charset::Unicode), "\
//! dict[0] #1
//! └─ __dict__ of function count
//!    └─ value['me'] of dict[0] ↑ already above: #1");
//! # Ok::<(), refcycle_dot::BuildError>(())
//! ```

mod cells;
mod grow;
mod kind;
mod names;
mod options;
mod render;
mod starts;
mod tree;

pub use crate::counts::{counted, grouped};
pub use crate::escape::escaped;
pub use crate::shorten::shortened;
pub use cells::{cut, width};
pub use kind::kind_of;
pub use names::Names;
pub use options::{Charset, Direction, FEWEST_LINES, TreeOptions};
pub use starts::starts;
pub use tree::Tree;
