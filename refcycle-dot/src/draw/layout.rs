//! The layout step by step, so that it can be cancelled.
//!
//! These are the steps of `graphviz_pure::render_dot`; a test compares the results. The
//! functions are internal to graphviz-pure, hence the exact versions in Cargo.toml.

use graphviz_pure_core::charset::{self, Decoded};
use graphviz_pure_core::{Diagnostic, DiagnosticLevel, Graph, GraphvizError, diag, font};
use graphviz_pure_geom::size_graph_nodes;
use graphviz_pure_layout::cutil::in_rand_run;
use graphviz_pure_layout::dotgen::{Dot, output::Output};
use graphviz_pure_render::{OutputFormat, render_graph_named, reset_render_state};

/// The largest number of ranks that all lines together may span. The layout splits a line at
/// every rank. This many pieces take about 6 s; ten times as many take minutes.
const MOST_ROWS: u64 = 200_000;

/// Why the layout produced no picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LayoutError {
    /// The caller has stopped waiting.
    Unwanted,
    /// The layout would take minutes.
    TooMuch,
    /// The layout failed with this message.
    Failed(String),
}

impl From<String> for LayoutError {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<GraphvizError> for LayoutError {
    fn from(error: GraphvizError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Called before each step; `false` stops the layout.
type IsWanted<'a> = &'a dyn Fn() -> bool;

/// Renders DOT as SVG. Must run in a thread that has not rendered before.
pub(super) fn svg(dot: &str, wanted: IsWanted<'_>) -> Result<String, LayoutError> {
    let (drawn, diagnostics) = diag::capture(|| drawn(dot, wanted));
    // The layout continues after an error, but edges are then missing.
    match diagnostics.iter().find(|&diagnostic| is_error(diagnostic)) {
        Some(error) => Err(LayoutError::Failed(error.message().trim().to_owned())),
        None => drawn,
    }
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    matches!(
        diagnostic.level(),
        DiagnosticLevel::Error | DiagnosticLevel::CountedAsError
    )
}

fn drawn(dot: &str, wanted: IsWanted<'_>) -> Result<String, LayoutError> {
    reset_render_state();
    go_on(wanted)?;
    let mut graph = graphviz_pure_parser::parse_dot(Decoded::from_text(dot).as_str())?;
    font::textfont_layout_begin();
    charset::begin_layout(graph.root_name(), None);
    go_on(wanted)?;
    in_rand_run(|| lay_out(&mut graph, wanted))?;
    go_on(wanted)?;
    let svg = render_graph_named(&graph, OutputFormat::Svg, "svg")?;
    Ok(charset::to_text(&svg).into_owned())
}

fn lay_out(graph: &mut Graph, wanted: IsWanted<'_>) -> Result<(), LayoutError> {
    diag::quietly(|| size_graph_nodes(graph))?;
    let laid_out = {
        let mut dot = Dot::new(graph);
        dot.graph_init();
        if !graph.nodes.is_empty() {
            place(&mut dot, wanted)?;
        }
        dot.dotneato_postprocess();
        Output::collect(&dot, None)
    };
    laid_out.apply(graph);
    Ok(())
}

fn place(dot: &mut Dot<'_>, wanted: IsWanted<'_>) -> Result<(), LayoutError> {
    dot.set_edge_type();
    dot.dot_init_subg();
    dot.dot_init_node_edge()?;
    dot.dot_rank()?;
    if rows(dot) > MOST_ROWS {
        return Err(LayoutError::TooMuch);
    }
    go_on(wanted)?;
    dot.dot_mincross()?;
    go_on(wanted)?;
    dot.dot_position()?;
    go_on(wanted)?;
    // Needed for `newrank`, which every picture sets.
    dot.remove_fill();
    dot.dot_sameports();
    dot.dot_splines()?;
    Ok(())
}

/// The number of ranks that the lines span; known as soon as the boxes have ranks.
fn rows(dot: &Dot<'_>) -> u64 {
    let row = |v: usize| i64::from(dot.nodes[v].rank);
    let heights = dot
        .edges
        .iter()
        .map(|edge| row(edge.head).abs_diff(row(edge.tail)));
    heights.sum()
}

fn go_on(wanted: IsWanted<'_>) -> Result<(), LayoutError> {
    if wanted() {
        Ok(())
    } else {
        Err(LayoutError::Unwanted)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::thread;

    use super::*;

    const LOOP: &str = "digraph { graph [newrank=true]; subgraph cluster_0 { a; b } \
        a -> b -> c -> d; d -> a [label=\" é中 \", dir=back]; a -> a }";

    #[test]
    fn the_steps_equal_the_whole_layout() {
        for dot in ["digraph { graph [newrank=true]; }", LOOP] {
            let whole = graphviz_pure::render_dot(dot, "dot", "svg").unwrap();
            let steps = thread::spawn(|| svg(dot, &|| true)).join().unwrap();
            assert_eq!(steps.unwrap(), *whole.output());
        }
    }

    #[test]
    fn it_stops_before_the_step_that_is_not_wanted() {
        const STEPS: usize = 6;

        for most in 0..=STEPS {
            let asked = Cell::new(0);
            let wanted = || {
                asked.set(asked.get() + 1);
                asked.get() <= most
            };
            let stopped = svg(LOOP, &wanted).err();
            let expected = (most < STEPS).then_some(LayoutError::Unwanted);
            assert_eq!(stopped, expected);
            assert_eq!(asked.get(), (most + 1).min(STEPS));
        }
    }
}
