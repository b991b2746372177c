//! The states of the few objects that have a state.

use std::ops::Range;

use refcycle_core::VertexId;

/// One byte holds the number of a state.
const MOST: usize = 1 << 8;

/// The number of a text for each vertex. A dump has only a few texts.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    of: Vec<(VertexId, u8)>,
    texts: Vec<Box<str>>,
    too_many: bool,
}

impl States {
    pub(super) fn push(&mut self, v: VertexId, state: &str) {
        let known = self.texts.iter().position(|text| **text == *state);
        let number = known.unwrap_or_else(|| {
            self.texts.push(state.into());
            self.texts.len() - 1
        });
        match u8::try_from(number) {
            Ok(number) => self.of.push((v, number)),
            Err(_) => {
                self.texts.truncate(MOST);
                self.too_many = true;
            }
        }
    }

    /// Sorts them by vertex; `vertices` is the number of vertices.
    pub(super) fn finish(&mut self, vertices: usize) -> Result<(), String> {
        if self.too_many {
            return Err(format!("more than {MOST} different states"));
        }
        self.of.sort_by_key(|&(v, _)| v);
        self.of.dedup_by_key(|&mut (v, _)| v);
        self.of.shrink_to_fit();
        match self.of.last() {
            Some(&(v, number)) if v.index() >= vertices => {
                let state = &self.texts[usize::from(number)];
                Err(format!("{v:?}, which is {state:?}, is not in the graph"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn get(&self, v: VertexId) -> Option<&str> {
        let place = self.of.binary_search_by_key(&v, |&(known, _)| known).ok()?;
        Some(&self.texts[usize::from(self.of[place].1)])
    }

    /// The numbers of the states of some vertices.
    pub(super) fn numbers(&self, rows: Range<usize>) -> impl Iterator<Item = Option<u8>> {
        let start = self.of.partition_point(|&(v, _)| v.index() < rows.start);
        let mut next = self.of[start..].iter().peekable();
        rows.map(move |row| {
            next.next_if(|(v, _)| v.index() == row)
                .map(|&(_, number)| number)
        })
    }

    /// All states, by number.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.of) + self.texts.iter().map(|text| text.len()).sum::<usize>()
    }
}
