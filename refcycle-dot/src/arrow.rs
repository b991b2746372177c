//! Converts a graph to two [Arrow](https://arrow.apache.org) tables: vertices and edges.
//!
//! ```
//! use refcycle_dot::{AnnotatedGraph, arrow};
//!
//! let mut builder = AnnotatedGraph::builder();
//! builder.vertex(7, "list[1]");
//! builder.edge(0, 7, 7, Some("item[0]"));
//! let graph = builder.build()?;
//! let edges = arrow::edge_table(&graph);
//! assert_eq!((edges.num_rows(), edges.num_columns()), (1, 4));
//! # Ok::<(), refcycle_dot::BuildError>(())
//! ```

use std::sync::Arc;

use arrow_array::{ArrayRef, LargeStringArray, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use refcycle_core::{EdgeId, IDirectedGraph, VertexId, Vertices};

use crate::annotated::AnnotatedGraph;
use crate::vertex_facts::VertexFacts;

const FITS: &str = "the columns are of these types and of one length";

/// Builds a table with one row per vertex, in vertex order. The columns are `vertex` (the
/// number, from 0, 32 bits), `id` (64 bits), `type` (text, with the module except for builtins),
/// `label` (text), `size` (64 bits), `module` (text), and `retained` (64 bits). Facts that are not
/// known are null.
///
/// # Complexity
/// O(vertices + text) time. The sizes are moved, not copied.
///
/// # Panics
/// If there are sizes, and their number differs from the number of vertices.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, VertexFacts, arrow};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(7, "list[1]");
/// let table = arrow::vertex_table(&builder.build()?, VertexFacts::default());
/// let names: Vec<_> = table.schema().fields().iter().map(|f| f.name().clone()).collect();
/// assert_eq!(names, ["vertex", "id", "type", "label", "size", "module", "retained"]);
/// # Ok::<(), refcycle_dot::BuildError>(())
/// ```
pub fn vertex_table(graph: &AnnotatedGraph, facts: VertexFacts) -> RecordBatch {
    let count = graph.vertex_count();
    let labels = graph.vertices().map(|v| graph.vertex_annotation(v));
    let types: LargeStringArray = graph.vertices().map(|v| facts.type_name(v)).collect();
    let modules: LargeStringArray = graph.vertices().map(|v| facts.module(v)).collect();
    let (sizes, retained) = match facts.into_sizes() {
        Some((sizes, retained)) => (UInt64Array::from(sizes), UInt64Array::from(retained)),
        None => (UInt64Array::new_null(count), UInt64Array::new_null(count)),
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(0..count as u32)),
        Arc::new(UInt64Array::from(graph.vertex_ids().to_vec())),
        Arc::new(types),
        Arc::new(LargeStringArray::from_iter_values(labels)),
        Arc::new(sizes),
        Arc::new(modules),
        Arc::new(retained),
    ];
    let schema = Schema::new(vec![
        Field::new("vertex", DataType::UInt32, false),
        Field::new("id", DataType::UInt64, false),
        Field::new("type", DataType::LargeUtf8, true),
        Field::new("label", DataType::LargeUtf8, false),
        Field::new("size", DataType::UInt64, true),
        Field::new("module", DataType::LargeUtf8, true),
        Field::new("retained", DataType::UInt64, true),
    ]);
    RecordBatch::try_new(Arc::new(schema), columns).expect(FITS)
}

/// Builds a table with one row per edge, grouped by tail. The columns are `id` (64 bits),
/// `tail` and `head` (32 bits, row numbers in the vertex table), and `label` (text, null if the
/// edge has none).
///
/// # Complexity
/// O(vertices + edges + text) time.
pub fn edge_table(graph: &AnnotatedGraph) -> RecordBatch {
    let edges = || (0..graph.edge_count()).map(EdgeId::from_index);
    let rows = graph
        .vertices()
        .map(|v: VertexId| (v, graph.graph().out_degree(v)));
    let tails = rows.flat_map(|(v, degree)| std::iter::repeat_n(v.number(), degree));
    let labels: LargeStringArray = edges().map(|e| graph.edge_annotation(e)).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(
            edges().map(|e| graph.edge_id(e)),
        )),
        Arc::new(UInt32Array::from_iter_values(tails)),
        Arc::new(UInt32Array::from(graph.graph().heads().to_vec())),
        Arc::new(labels),
    ];
    let schema = Schema::new(vec![
        Field::new("id", DataType::UInt64, false),
        Field::new("tail", DataType::UInt32, false),
        Field::new("head", DataType::UInt32, false),
        Field::new("label", DataType::LargeUtf8, true),
    ]);
    RecordBatch::try_new(Arc::new(schema), columns).expect(FITS)
}
