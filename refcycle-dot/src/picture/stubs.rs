//! What a picture leaves out at its boxes: "3 more referrers".

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::kind::Kind;
use super::sketch::{DrawnBox, DrawnLine, Sketch};
use super::style::End;
use crate::counts::counted;

/// A picture has no more stubs than this; those for most objects are kept.
const MOST: usize = 20;

/// Adds a stub at each box with objects that are left out, which are given with the number of
/// the box. Vertices that share a box may share these objects, so that their number is unknown.
pub(super) fn add(
    sketch: &mut Sketch,
    end: End,
    left_out: impl Iterator<Item = (u32, u64)>,
    is_several: impl Fn(u32) -> bool,
) {
    let mut counts = BTreeMap::<u32, u64>::new();
    for (place, count) in left_out.filter(|&(_, count)| count > 0) {
        *counts.entry(place).or_default() += count;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(place, count)| (Reverse(count), place));
    counts.truncate(MOST);
    counts.sort_unstable();
    for (number, (place, count)) in counts.into_iter().enumerate() {
        let label = label(end, (!is_several(place)).then_some(count));
        let stub = sketch.nodes.len() as u32;
        let (tail, head) = match end {
            End::Bottom => (stub, place),
            End::Top => (place, stub),
        };
        let line = DrawnLine::outer(tail, head, label.clone());
        sketch.lines.push(line);
        sketch.nodes.push(DrawnBox {
            number,
            kind: Kind::Stub,
            title: label.clone(),
            label,
            frame: None,
        });
    }
}

/// "3 more referrers"; without a number, "more referrers".
fn label(end: End, count: Option<u64>) -> String {
    let (one, several) = match end {
        End::Bottom => ("more referrer", "more referrers"),
        End::Top => ("more referent", "more referents"),
    };
    match count {
        Some(count) => counted(count, one, several),
        None => several.to_owned(),
    }
}
