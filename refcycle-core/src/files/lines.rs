//! The lines of a text file, with their numbers.

use std::io::{BufRead, Read};
use std::vec::Vec;

use crate::Error;

/// Longer lines are rejected: without a limit, a file without line ends would fill the memory.
const LONGEST: u64 = 1 << 20;

pub(super) struct Lines<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The number of the last line read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// An error about the last line read.
    pub(super) fn error(&self, what: &'static str) -> Error {
        Error::malformed_text(self.number, what)
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, Error> {
        self.line.clear();
        let count = (&mut self.input)
            .take(LONGEST)
            .read_until(b'\n', &mut self.line)?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        if count as u64 == LONGEST && !self.line.ends_with(b"\n") {
            return Err(self.error("at most 2^20 bytes"));
        }
        Ok(Some(&self.line))
    }

    /// The next line that is not empty and does not start with one of these characters.
    pub(super) fn next_beside(&mut self, comments: &[u8]) -> Result<Option<&[u8]>, Error> {
        loop {
            let Some(line) = self.next()? else {
                return Ok(None);
            };
            let first = line.trim_ascii_start().first();
            if first.is_some_and(|first| !comments.contains(first)) {
                return Ok(Some(&self.line));
            }
        }
    }
}

/// The fields of a line, separated by white space.
pub(super) struct Fields<'l>(&'l [u8]);

impl<'l> Iterator for Fields<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let line = self.0.trim_ascii_start();
        let end = line.iter().position(u8::is_ascii_whitespace);
        let (field, rest) = line.split_at(end.unwrap_or(line.len()));
        self.0 = rest;
        (!field.is_empty()).then_some(field)
    }
}

pub(super) fn fields(line: &[u8]) -> Fields<'_> {
    Fields(line)
}

/// A finite number with a decimal point or an exponent, or without.
pub(super) fn finite(field: &[u8]) -> Option<f64> {
    let number: f64 = core::str::from_utf8(field).ok()?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// A number in decimal digits.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    if field.is_empty() {
        return None;
    }
    field.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        let number = number.checked_mul(10)?.checked_add(digit.into())?;
        (digit < 10).then_some(number)
    })
}
