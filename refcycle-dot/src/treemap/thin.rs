//! Blocks of an icicle picture that are too thin for names, drawn as one.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::block::Block;
use crate::counts::{counted, grouped};

/// A block needs this width, in points, for a name that can be read.
const THIN: f64 = 34.0;

/// Thinner blocks can hardly be pointed at.
const THINNEST: f64 = 6.0;

/// Blocks that are drawn as one: one block, several of a kind, or several thin ones.
pub(super) struct Siblings<'a> {
    members: Vec<&'a Block>,
}

impl<'a> Siblings<'a> {
    pub(super) fn one(block: &'a Block) -> Self {
        Self {
            members: vec![block],
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.members.iter().map(|block| block.size).sum()
    }

    /// The block that is drawn for them, with the name of all.
    pub(super) fn shown(&self) -> Cow<'a, Block> {
        if let [block] = *self.members {
            return Cow::Borrowed(block);
        }
        let objects = self.members.iter().map(|block| block.objects.max(1)).sum();
        let kind = &self.members[0].kind;
        let are_alike = self.members.iter().all(|block| block.kind == *kind);
        let counts = self.members.iter().map(|block| block.count);
        Cow::Owned(Block {
            name: match are_alike && !kind.is_empty() {
                true => format!("{kind} × {}", grouped(objects)),
                false => counted(objects, "other object", "other objects"),
            },
            size: self.size(),
            // 0 is an unknown number.
            count: match counts.clone().all(|count| count > 0) {
                true => counts.sum(),
                false => 0,
            },
            ..Block::default()
        })
    }
}

/// The parts of blocks as they are drawn, largest first, at so many points for a byte: those of a
/// kind that are too thin for names together, and what can hardly be seen even then last, as one.
pub(super) fn siblings<'a>(blocks: &Siblings<'a>, scale: f64) -> Vec<Siblings<'a>> {
    let width = |siblings: &Siblings<'_>| scale * siblings.size() as f64;
    let mut of_kinds: HashMap<&str, Vec<&'a Block>> = HashMap::new();
    let mut drawn = Vec::new();
    for part in blocks.members.iter().flat_map(|block| &block.parts) {
        let one = Siblings::one(part);
        if width(&one) < THIN && !part.kind.is_empty() {
            of_kinds.entry(&part.kind).or_default().push(part);
        } else {
            drawn.push(one);
        }
    }
    drawn.extend(of_kinds.into_values().map(|members| Siblings { members }));
    let (thin, mut drawn): (Vec<_>, Vec<_>) =
        drawn.into_iter().partition(|one| width(one) < THINNEST);
    // Blocks of one size have an order that does not depend on the table.
    drawn.sort_by_key(|one| (Reverse(one.size()), one.members[0].name.clone()));
    let mut rest: Vec<_> = thin.into_iter().flat_map(|one| one.members).collect();
    rest.sort_by_key(|block| (Reverse(block.size), &block.name));
    if !rest.is_empty() {
        drawn.push(Siblings { members: rest });
    }
    drawn
}
