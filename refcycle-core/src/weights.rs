//! Weights of vertices and edges, in slices beside a graph.
//!
//! A graph does not contain weights. An algorithm that uses weights takes a slice with one item
//! for each number below the graph's [`vertex_bound`](Vertices::vertex_bound) or
//! [`edge_bound`](IDirectedGraph::edge_bound), so that the weight of vertex `v` is
//! `weights[v.index()]`, holes included, and checks it with the functions here.
//! [`CsrBuilder::build_with_weights`](crate::CsrBuilder::build_with_weights) reorders weights for
//! the edges of a graph.
//!
//! # Example
//! ```
//! use refcycle_core::{CsrGraph, ErrorKind, weights};
//! let graph = CsrGraph::from_edges(2, [(0, 1), (1, 0)])?;
//! weights::check_edge_weights(&graph, &[1.5, 2.0])?;
//! let error = weights::check_edge_weights(&graph, &[1.5, f64::NAN]).unwrap_err();
//! assert_eq!((error.kind(), error.index()), (ErrorKind::InvalidWeight, Some(1)));
//! # Ok::<(), refcycle_core::Error>(())
//! ```

use core::ops::Sub;

use crate::{Error, IDirectedGraph, Vertices};

/// A number that can be a weight: every integer, every float, and types of your own that can be
/// compared and subtracted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a weight",
    note = "a weight is a number that can be copied, compared and subtracted"
)]
pub trait Weight: Copy + PartialOrd {
    /// Whether it is a finite number: neither NaN nor infinite. Every integer is.
    fn is_finite(self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<W: Copy + PartialOrd + Sub<Output = W>> Weight for W {
    #[inline]
    fn is_finite(self) -> bool {
        // NaN for NaN and for infinities, and zero for all other numbers.
        #[allow(clippy::eq_op)]
        let zero = self - self;
        zero.partial_cmp(&zero).is_some()
    }
}

/// Checks that there is a finite weight for each number below the graph's
/// [`edge_bound`](IDirectedGraph::edge_bound).
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch),
/// [`ErrorKind::InvalidWeight`](crate::ErrorKind::InvalidWeight).
pub fn check_edge_weights<G, W>(graph: &G, weights: &[W]) -> Result<(), Error>
where
    G: IDirectedGraph + ?Sized,
    W: Weight,
{
    check_length("edge weights", weights.len(), graph.edge_bound())?;
    check_finite(weights)
}

/// Checks that there is a finite weight for each number below the graph's
/// [`vertex_bound`](Vertices::vertex_bound).
///
/// # Errors
/// [`ErrorKind::LengthMismatch`](crate::ErrorKind::LengthMismatch),
/// [`ErrorKind::InvalidWeight`](crate::ErrorKind::InvalidWeight).
pub fn check_vertex_weights<G, W>(graph: &G, weights: &[W]) -> Result<(), Error>
where
    G: Vertices + ?Sized,
    W: Weight,
{
    check_length("vertex weights", weights.len(), graph.vertex_bound())?;
    check_finite(weights)
}

/// Checks that no weight is below zero.
///
/// # Errors
/// [`ErrorKind::InvalidWeight`](crate::ErrorKind::InvalidWeight), also for NaN.
pub fn check_not_negative<W: Weight + Default>(weights: &[W]) -> Result<(), Error> {
    check(weights, "a finite number that is not negative", |weight| {
        Weight::is_finite(weight) && weight >= W::default()
    })
}

fn check_finite<W: Weight>(weights: &[W]) -> Result<(), Error> {
    check(weights, "a finite number", Weight::is_finite)
}

fn check<W: Copy>(
    weights: &[W],
    wanted: &'static str,
    is_valid: impl Fn(W) -> bool,
) -> Result<(), Error> {
    match weights.iter().position(|&weight| !is_valid(weight)) {
        Some(index) => Err(Error::invalid_weight(index, wanted)),
        None => Ok(()),
    }
}

pub(crate) fn check_length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::length_mismatch(what, found, expected))
    }
}
