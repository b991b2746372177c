//! Branch and bound: an arc is cut or kept permanently, and the rest is decomposed.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::decompose::pieces;
use super::graph::Graph;
use super::packing::{Packing, packing};
use super::partial::Partial;
use super::reduce::{Rules, keep};
use super::subsets::best_order;
use crate::Watch;

/// Pieces of at most this many vertices are solved over their subsets.
const FEW: usize = 8;

/// The result for a piece.
pub(super) struct Answer {
    pub(super) bound: f64,
    /// An order that costs less than the limit: the best, unless the search gave up.
    pub(super) best: Option<Partial>,
}

/// A choice: an arc of a piece is first cut, then kept.
struct Choice {
    graph: Graph,
    packing: Packing,
    /// Only orders that cost less are useful.
    limit: f64,
    best: Option<Partial>,
    /// The least bound of the branches that are done.
    least: f64,
    branch: Option<Branch>,
    branches_left: u8,
}

/// A branch of a choice: the decisions, and the undecided pieces.
struct Branch {
    partial: Partial,
    pieces: Vec<(Graph, Packing)>,
}

impl Branch {
    /// A lower bound of the cost of the branch.
    fn bound(&self) -> f64 {
        self.partial.cost + self.pieces.iter().map(|piece| piece.1.bound).sum::<f64>()
    }
}

/// Finds the best order of a piece, starting from a known order if there is one.
pub(super) fn search<W: Watch>(
    graph: &Graph,
    known: Option<Partial>,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Answer> {
    let limit = known.as_ref().map_or(f64::INFINITY, |known| known.cost);
    let packing = packing(graph, effort)?;
    // The choices on the path from the whole piece to the current position of the search.
    let mut choices: Vec<Choice> = Vec::new();
    let mut answer = start(&mut choices, graph.clone(), packing, limit, effort)?;
    if let Some(root) = choices.last_mut() {
        root.best = known;
    } else if let Some(answer) = &mut answer
        && answer.best.is_none()
    {
        answer.best = known;
    }
    loop {
        let Some(choice) = choices.last_mut() else {
            return ControlFlow::Continue(answer.expect("a piece without a choice has an answer"));
        };
        if let Some(answer) = answer.take() {
            choice.take(answer);
        }
        if effort.is_spent() {
            choice.give_up();
        } else if choice.branch.is_none() && choice.branches_left > 0 {
            choice.start_branch(effort)?;
        }
        let Some(branch) = &mut choice.branch else {
            if choice.branches_left == 0 {
                answer = choices.pop().map(Choice::finish);
            }
            continue;
        };
        match branch.pieces.pop() {
            Some((graph, packing)) => {
                let limit = choice.limit - branch.bound();
                answer = start(&mut choices, graph, packing, limit, effort)?;
            }
            None => choice.end_branch(),
        }
    }
}

/// Solves a piece immediately, or makes a choice.
fn start<W: Watch>(
    choices: &mut Vec<Choice>,
    graph: Graph,
    packing: Packing,
    limit: f64,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Option<Answer>> {
    if graph.reaches(packing.bound, limit) || effort.is_spent() {
        let (bound, best) = (packing.bound, None);
        return ControlFlow::Continue(Some(Answer { bound, best }));
    }
    if graph.len() <= FEW {
        let best = best_order(&graph, effort)?;
        let bound = best.cost;
        let best = Some(best).filter(|best| best.cost < limit);
        return ControlFlow::Continue(Some(Answer { bound, best }));
    }
    choices.push(Choice {
        graph,
        packing,
        limit,
        best: None,
        least: f64::INFINITY,
        branch: None,
        branches_left: 2,
    });
    ControlFlow::Continue(None)
}

impl Choice {
    fn start_branch<W: Watch>(&mut self, effort: &mut Effort<'_, '_, W>) -> ControlFlow<W::Stop> {
        let (tail, head) = self
            .packing
            .arc
            .expect("every cycle has an arc that is not kept");
        let mut graph = self.graph.clone();
        let mut partial = Partial::default();
        if self.branches_left == 2 {
            partial.cost = graph.weight(tail, head);
            graph.set(tail, head, 0.0);
        } else {
            keep(&mut graph, (tail, head), &mut partial);
        }
        self.branches_left -= 1;
        let mut branch = Branch {
            partial,
            pieces: Vec::new(),
        };
        for piece in pieces(graph, Rules::All, &mut branch.partial, effort)? {
            let packing = packing(&piece, effort)?;
            branch.pieces.push((piece, packing));
        }
        // Pieces are taken from the end: small ones first.
        branch
            .pieces
            .sort_by_key(|piece| core::cmp::Reverse(piece.0.len()));
        self.branch = Some(branch);
        self.close_if_useless();
        ControlFlow::Continue(())
    }

    fn close_if_useless(&mut self) {
        if let Some(branch) = &self.branch
            && self.graph.reaches(branch.bound(), self.limit)
        {
            self.least = self.least.min(branch.bound());
            self.branch = None;
        }
    }

    /// Takes the answer for the piece of the branch that was started last.
    fn take(&mut self, answer: Answer) {
        let Some(branch) = &mut self.branch else {
            return;
        };
        match answer.best {
            Some(best) if self.graph.reaches(answer.bound, best.cost) => {
                branch.partial.append(best)
            }
            _ => {
                self.least = self.least.min(branch.bound() + answer.bound);
                self.branch = None;
            }
        }
    }

    /// Ends a branch whose pieces are all solved.
    fn end_branch(&mut self) {
        let Some(branch) = self.branch.take() else {
            return;
        };
        self.least = self.least.min(branch.partial.cost);
        if branch.partial.cost < self.limit {
            self.limit = branch.partial.cost;
            self.best = Some(branch.partial);
        }
    }

    /// Gives up: the rest costs at least the bound of the packing.
    fn give_up(&mut self) {
        if let Some(branch) = self.branch.take() {
            self.least = self.least.min(branch.bound());
        }
        if self.branches_left > 0 {
            self.least = self.least.min(self.packing.bound);
        }
        self.branches_left = 0;
    }

    fn finish(self) -> Answer {
        Answer {
            bound: self.least.max(self.packing.bound),
            best: self.best,
        }
    }
}
