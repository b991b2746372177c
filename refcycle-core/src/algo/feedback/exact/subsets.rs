//! A best order of few vertices, by dynamic programming over their subsets.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::super::effort::Effort;
use super::graph::Graph;
use super::partial::Partial;
use crate::Watch;

/// The tables of a piece of this many vertices take 8 MB.
const MOST_VERTICES: usize = 20;

/// The number of subsets of a piece; `None` if there are too many.
pub(super) fn count(graph: &Graph) -> Option<usize> {
    (graph.len() <= MOST_VERTICES).then(|| 1 << graph.len())
}

/// The weight from one vertex to any subset, as the sum of two table entries.
struct WeightTo {
    low: Vec<f64>,
    high: Vec<f64>,
    split: u32,
}

impl WeightTo {
    fn new(weights: &[f64], split: usize) -> Self {
        let (low, high) = weights.split_at(split);
        Self {
            low: Self::sums(low),
            high: Self::sums(high),
            split: split as u32,
        }
    }

    fn sums(weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0];
        for weight in weights {
            for i in 0..sums.len() {
                sums.push(sums[i] + weight);
            }
        }
        sums
    }

    #[inline]
    fn of(&self, subset: usize) -> f64 {
        self.low[subset & ((1 << self.split) - 1)] + self.high[subset >> self.split]
    }
}

/// Puts a piece into an order with the least backward weight.
pub(super) fn best_order<W: Watch>(
    graph: &Graph,
    effort: &mut Effort<'_, '_, W>,
) -> ControlFlow<W::Stop, Partial> {
    let n = graph.len();
    let tables: Vec<_> = (0..n as u32)
        .map(|v| {
            let mut weights = vec![0.0; n];
            for &(w, weight) in graph.out(v) {
                weights[w as usize] = weight;
            }
            WeightTo::new(&weights, n / 2)
        })
        .collect();
    // The cost of each subset in its best order before all other vertices: its last vertex adds
    // the weight of its arcs to the rest of the subset.
    let mut costs = vec![0.0; 1 << n];
    let with_last = |costs: &[f64], subset: usize, last: usize| {
        let rest = subset & !(1 << last);
        costs[rest] + tables[last].of(rest)
    };
    for subset in 1..1_usize << n {
        effort.spend(1)?;
        let (mut cost, mut left) = (f64::INFINITY, subset);
        while left != 0 {
            cost = cost.min(with_last(&costs, subset, left.trailing_zeros() as usize));
            left &= left - 1;
        }
        costs[subset] = cost;
    }
    let mut subset = (1 << n) - 1;
    let mut places = vec![0; n];
    while subset != 0 {
        let last = (0..n)
            .filter(|last| subset >> last & 1 == 1)
            .min_by(|&a, &b| with_last(&costs, subset, a).total_cmp(&with_last(&costs, subset, b)))
            .expect("the subset is not empty");
        places[last] = subset.count_ones();
        subset &= !(1 << last);
    }
    ControlFlow::Continue(graph.in_order(|v| places[v as usize]))
}
