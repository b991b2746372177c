//! Boxes for roots, which hold vertices from outside the graph.

use std::fmt::Write;

use refcycle_core::VertexId;

use super::kind::Kind;
use super::label::{first_line, shortened};
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use crate::roots::Root;

/// The largest number of distinct holders named in a box.
const NAMED: usize = 3;

/// Adds a root box above each box with holders, unless the picture would then have more than
/// `most_boxes` boxes. `box_of` returns the box of a vertex.
pub(super) fn add(
    sketch: &mut Sketch,
    roots: &[Root],
    width: usize,
    most_boxes: usize,
    box_of: impl Fn(VertexId) -> Option<u32>,
) {
    let mut held: Vec<(u32, &str)> = roots
        .iter()
        .filter_map(|root| Some((box_of(root.vertex)?, &*root.holder)))
        .collect();
    // A stable sort keeps the holders of a vertex in order.
    held.sort_by_key(|&(head, _)| head);
    let groups = || held.chunk_by(|one, other| one.0 == other.0);
    if sketch.nodes.len() + groups().count() > most_boxes {
        return;
    }
    for (number, group) in groups().enumerate() {
        let head = group[0].0;
        let holders = counted(group.iter().map(|&(_, holder)| holder));
        let title = holders.join("\n");
        let ends = format!(
            "{} → {}",
            first_line(&title),
            first_line(&sketch.nodes[head as usize].title)
        );
        let tail = sketch.nodes.len() as u32;
        sketch.lines.push(DrawnLine::outer(tail, head, ends));
        sketch.nodes.push(DrawnBox {
            number,
            kind: Kind::Root,
            label: label(&holders, width),
            title,
            frame: None,
        });
    }
}

/// The distinct texts in the order of their first use, with counts.
fn counted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for text in texts {
        match counts.iter_mut().find(|known| known.0 == text) {
            Some(known) => known.1 += 1,
            None => counts.push((text, 1)),
        }
    }
    let texts = counts.into_iter().map(|(text, count)| match count {
        1 => text.to_owned(),
        _ => format!("{text} × {count}"),
    });
    texts.collect()
}

fn label(holders: &[String], width: usize) -> String {
    let mut label = String::new();
    for holder in holders.iter().take(NAMED) {
        let line = if label.is_empty() { "" } else { "\n" };
        label += line;
        label += &shortened(&holder.replace('\n', " "), width);
    }
    if holders.len() > NAMED {
        // Writing to a string cannot fail.
        let _ = write!(label, "\n… {} more", holders.len() - NAMED);
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_holders_are_counted() {
        let holders = counted(["b", "a", "b"].into_iter());
        assert_eq!(holders, ["b × 2", "a"]);
    }

    #[test]
    fn a_box_names_three_of_its_holders() {
        let holders: Vec<_> = ["1", "2", "3", "4", "55555"].map(str::to_owned).into();
        assert_eq!(label(&holders[..3], 4), "1\n2\n3");
        assert_eq!(label(&holders, 4), "1\n2\n3\n… 2 more");
        assert_eq!(label(&holders[4..], 4), "555…");
    }
}
