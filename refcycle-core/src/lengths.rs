//! The lengths of slices beside a graph, such as weights and masks.

use crate::Error;

pub(crate) fn check_length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::length_mismatch(what, found, expected))
    }
}
