//! The problems of the table, one file each.

mod bfs;
mod build;
mod condensation;
mod cycle;
mod dominators;
mod generations;
mod path;
mod scc;
mod subgraph;
mod weak;

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::contest::{Contender, Kind};

/// The unit by which a time is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The edges of the graph.
    Edge,
    /// The number of queries.
    Query,
}

/// A problem that is timed.
#[derive(Clone, Copy)]
pub struct Problem {
    /// Its name on the command line.
    pub name: &'static str,
    /// The title of its table.
    pub title: &'static str,
    /// The unit by which a time is divided.
    pub unit: Unit,
    /// Our algorithm first; empty if the problem does not apply to a graph.
    pub contenders: for<'a> fn(&'a Case) -> Vec<Contender<'a>>,
}

/// A peer that another program adds to a problem.
#[derive(Clone, Copy)]
pub struct Extra {
    /// The problem's name.
    pub problem: &'static str,
    /// The peer; `None` if it cannot take part.
    pub contender: for<'a> fn(&'a Case) -> Option<Contender<'a>>,
}

/// All problems, in the order of the tables.
pub const PROBLEMS: [Problem; 10] = [
    scc::PROBLEM,
    weak::PROBLEM,
    condensation::PROBLEM,
    bfs::PROBLEM,
    generations::PROBLEM,
    dominators::PROBLEM,
    cycle::PROBLEM,
    path::PROBLEM,
    subgraph::PROBLEM,
    build::PROBLEM,
];

/// The minimum number of queries for a contender.
const FEWEST: usize = 5;

/// A contender that runs as many of the queries as it can in half a second, so the time of a slow
/// contender is the mean of fewer queries. The results of the first few queries are compared.
pub fn asked<'a, T: Clone + Send + 'a>(
    kind: Kind,
    name: &str,
    questions: &[T],
    mut ask: impl FnMut(&T) -> usize + Send + 'a,
) -> Contender<'a> {
    const ENOUGH: Duration = Duration::from_millis(500);
    let start = Instant::now();
    let mut count = 0;
    while count < questions.len() && (count < FEWEST || start.elapsed() < ENOUGH) {
        black_box(ask(&questions[count]));
        count += 1;
    }
    let questions = questions[..count].to_vec();
    Contender::new(kind, name, count, move |_| {
        let (first, rest) = questions.split_at(FEWEST.min(count));
        let answers: usize = first.iter().map(&mut ask).sum();
        rest.iter().for_each(|question| {
            black_box(ask(question));
        });
        Some(answers as u64)
    })
}
