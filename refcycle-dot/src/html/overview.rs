//! The summary of a graph as the boxes of a page.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use refcycle_core::Unwatched;

use crate::counts::grouped;
use crate::steps::Steps;
use crate::summary::{Class, Detail, GraphSummary, Input, Place, Ranking, VertexTypes};

/// A page has room for more boxes than a picture, and no frames.
const DETAIL: Detail = Detail {
    components: 8,
    types_inside: None,
    types_outside: 16,
};

/// The number of types named in the label of a component.
const NAMED: usize = 3;

/// Counts the vertices and edges of a graph.
pub(super) fn overview(input: Input<'_>) -> GraphSummary {
    let watch = &mut Unwatched;
    let ControlFlow::Continue(summary) = GraphSummary::new(input, DETAIL, &mut Steps::new(watch));
    summary
}

/// The label of a class.
pub(super) fn label(class: &Class, summary: &GraphSummary, types: VertexTypes<'_>) -> String {
    match class.place {
        Place::Component(rank) => {
            let component = &summary.components[rank as usize];
            let size = grouped(component.len as u64);
            format!(
                "cycle of {size}\n{}",
                most_frequent(&component.types, types)
            )
        }
        Place::SmallerComponents => class.name.clone(),
        _ if class.count == 1 => class.name.clone(),
        _ => format!("{} × {}", class.name, grouped(class.count)),
    }
}

/// The type name of the objects of a class, or a name for several types.
pub(super) fn type_name(class: &Class) -> &str {
    match class.place {
        Place::Component(_) | Place::SmallerComponents => "cycle",
        _ if class.is_one_type => &class.name,
        _ => "other",
    }
}

/// "function 420, dict 97, cell 3 …"
fn most_frequent(ranking: &Ranking<u32>, types: VertexTypes<'_>) -> String {
    let mut counts: Vec<_> = ranking.all().collect();
    counts.sort_by_key(|ty| Reverse(ty.count));
    let named: Vec<_> = counts
        .iter()
        .take(NAMED)
        .map(|ty| format!("{} {}", (types.name)(ty.key), grouped(ty.count)))
        .collect();
    let more = if counts.len() > NAMED { " …" } else { "" };
    named.join(", ") + more
}

#[cfg(test)]
mod tests {
    use refcycle_core::algo::strongly_connected_components;
    use refcycle_core::{CsrGraph, VertexId};

    use super::*;

    /// The label, the type, the count and the size of each class.
    fn boxes<'s>(
        summary: &'s GraphSummary,
        types: VertexTypes<'_>,
    ) -> Vec<(String, &'s str, u64, u64)> {
        summary
            .classes
            .iter()
            .map(|class| {
                let label = label(class, summary, types);
                (label, type_name(class), class.count, class.size)
            })
            .collect()
    }

    #[test]
    fn components_and_types_are_boxes() {
        // A cycle of 0 and 1 holds 2 and 3, which have the same type, and 4.
        let graph =
            CsrGraph::from_edges(5, [(0, 1), (1, 0), (0, 2), (1, 3), (0, 3), (3, 4)]).unwrap();
        let types = VertexTypes {
            of: &[0, 1, 1, 1, 2],
            name: &|ty| ["list", "str", "int"][ty as usize],
        };
        let components = strongly_connected_components(&graph);
        let summary = overview(Input {
            graph: &graph,
            components: &components,
            types,
            sizes: Some(&[10, 1, 100, 1000, 10_000]),
            target: None,
        });
        assert_eq!(
            boxes(&summary, types),
            [
                ("cycle of 2\nlist 1, str 1".to_owned(), "cycle", 2, 11),
                ("int".to_owned(), "int", 1, 10_000),
                ("str × 2".to_owned(), "str", 2, 1100),
            ]
        );
        assert_eq!(summary.class_of, [0, 0, 2, 2, 1]);
        assert_eq!(summary.edges, [(0, 2, 3), (2, 1, 1)]);
        assert_eq!(summary.classes[0].example, VertexId::new(0));
    }

    #[test]
    fn many_cycles_and_types_share_a_box() {
        let (pairs, loners) = (40, 60);
        let vertices = 2 * pairs + loners;
        let edges = (0..pairs).flat_map(|n| [(2 * n, 2 * n + 1), (2 * n + 1, 2 * n)]);
        let graph = CsrGraph::from_edges(vertices as usize, edges).unwrap();
        let numbers: Vec<u32> = (0..vertices).collect();
        let names: Vec<_> = numbers.iter().map(u32::to_string).collect();
        let types = VertexTypes {
            of: &numbers,
            name: &|ty| &names[ty as usize],
        };
        let components = strongly_connected_components(&graph);
        let summary = overview(Input {
            graph: &graph,
            components: &components,
            types,
            sizes: None,
            target: None,
        });
        let boxes = boxes(&summary, types);
        assert_eq!(
            boxes.len(),
            DETAIL.components + 1 + DETAIL.types_outside + 1
        );
        let (label, ty, count, _) = &boxes[DETAIL.components];
        assert_eq!((&**label, *ty, *count), ("32 smaller cycles", "cycle", 64));
        let (label, ty, count, _) = boxes.last().unwrap();
        assert_eq!(
            (&**label, *ty, *count),
            ("44 other types × 44", "other", 44)
        );
        assert_eq!(boxes.iter().map(|shown| shown.2).sum::<u64>(), 140);
    }
}
