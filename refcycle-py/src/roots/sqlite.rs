//! The functions and collations that a connection of `sqlite3` has registered with SQLite.
//!
//! SQLite keeps them in two tables of the connection. A table is a list of elements with a length,
//! and each element has data: functions or collations with a pointer to what `sqlite3` has
//! registered. That is a struct with the callable, the module and its state; before 3.11 it is the
//! callable itself. All three words must be right, so that other memory is not mistaken for it.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use rustc_hash::{FxHashMap, FxHashSet};

use super::credits::Credits;
use crate::heap::{Obj, RawMemory, WantedAddresses, is_subtype, module_state_address, paused};
use crate::modules;

const WORD: usize = size_of::<usize>();

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) -> PyResult<()> {
    let modules = modules::attribute(py, "sys", "modules")?;
    let modules = modules.cast::<PyDict>()?;
    let Some(module) = modules
        .get_item("_sqlite3")?
        .filter(|module| !module.is_none())
    else {
        return Ok(());
    };
    let (Ok(memory), Ok(class)) = (RawMemory::new(), module.getattr("Connection")) else {
        return Ok(());
    };
    let Ok(class) = class.cast_into::<PyType>() else {
        return Ok(());
    };
    let module = module.unbind();
    let search = Search {
        memory: &memory,
        wanted: &credits.wanted(),
        owner: paused(py, |heap| {
            let module = heap.see(&module);
            Some([module.address(), module_state_address(module)?])
        }),
    };
    for connection in connections(py, credits, &class.into_any().unbind()) {
        for callable in search.registered(connection) {
            credits.give(callable, || "callback of a sqlite3 connection".to_owned());
            if search.owner.is_some() && cfg!(Py_3_11) {
                credits.give(module.as_ptr() as usize, || {
                    "callback of a sqlite3 connection".to_owned()
                });
            }
        }
    }
    Ok(())
}

/// The addresses of the connections in the graph.
fn connections(py: Python<'_>, credits: &Credits<'_>, class: &Py<PyAny>) -> Vec<usize> {
    paused(py, |heap| {
        let class = heap.see(class);
        let mut known = FxHashMap::default();
        let objects = credits.engine.objects().iter();
        let connections = objects.map(|object| heap.see(object)).filter(|object| {
            let ty = object.ty();
            *known.entry(ty).or_insert_with(|| is_subtype(ty, class))
        });
        connections.map(Obj::address).collect()
    })
}

/// Looks for what connections have registered.
struct Search<'s> {
    memory: &'s RawMemory,
    wanted: &'s WantedAddresses,
    /// The address of the module, and that of its state.
    owner: Option<[usize; 2]>,
}

impl Search<'_> {
    /// The callables of a connection, one for each time that it is registered.
    fn registered(&self, connection: usize) -> Vec<usize> {
        /// The first words of SQLite's own struct, which has the two tables.
        const WORDS: usize = 256;
        // The first field of the object after its header.
        let Some(database) = self.memory.word(connection + 2 * WORD).filter(is_pointer) else {
            return Vec::new();
        };
        let mut words = vec![0; WORDS];
        let count = self.memory.copy(database, &mut words).unwrap_or(0);
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for pair in words[..count].windows(2) {
            for data in self.elements(pair[0], pair[1]).into_iter().flatten() {
                self.look_at(data, &mut seen, &mut found);
            }
        }
        found
    }

    /// The data of the elements of a table, if the two words are its size and length and its first
    /// element.
    fn elements(&self, sizes: usize, first: usize) -> Option<Vec<usize>> {
        /// A connection has not more functions.
        const MOST: usize = 100_000;
        let length = sizes >> 32;
        if length == 0 || length > MOST || !is_pointer(&first) {
            return None;
        }
        let (mut before, mut next) = (0, first);
        let mut found = Vec::new();
        while next != 0 {
            let [after, previous, data] = self.words(next)?;
            if previous != before || !is_pointer(&data) || found.len() == length {
                return None;
            }
            found.push(data);
            (before, next) = (next, after);
        }
        (found.len() == length).then_some(found)
    }

    /// Looks for callables in the data of an element, and in further functions of the same name.
    fn look_at(&self, data: usize, seen: &mut FxHashSet<usize>, found: &mut Vec<usize>) {
        /// Where a function has what was registered, and the next function of its name.
        const OF_FUNCTION: [usize; 1] = [1];
        const NEXT: usize = 2;
        /// Where three collations have it, one for each encoding. Each begins with its name, and a
        /// function with numbers.
        const OF_COLLATIONS: [usize; 3] = [2, 7, 12];
        let mut next = data;
        while is_pointer(&next) && seen.insert(next) {
            let Some(words) = self.words::<15>(next) else {
                return;
            };
            let are_collations = self.memory.word(words[0] & !(WORD - 1)).is_some();
            let places = match are_collations {
                true if cfg!(Py_3_11) => &OF_COLLATIONS[..],
                // Before 3.11, the connection has a dict of them, and SQLite counts nothing.
                true => &[],
                false => &OF_FUNCTION[..],
            };
            // Collations of one name share what was registered.
            let mut registered: Vec<_> = places.iter().map(|&place| words[place]).collect();
            registered.sort_unstable();
            registered.dedup();
            found.extend(registered.iter().filter_map(|&word| self.callable(word)));
            next = if are_collations { 0 } else { words[NEXT] };
        }
    }

    /// The callable to which a word leads.
    fn callable(&self, word: usize) -> Option<usize> {
        if cfg!(not(Py_3_11)) {
            return self.wanted.wants(word).then_some(word);
        }
        let [module, state] = self.owner?;
        let [callable, of, with] = self.words(word).filter(|_| is_pointer(&word))?;
        (of == module && with == state && self.wanted.wants(callable)).then_some(callable)
    }

    fn words<const N: usize>(&self, address: usize) -> Option<[usize; N]> {
        let mut words = [0; N];
        let count = self.memory.copy(address, &mut words).ok()?;
        (count == N).then_some(words)
    }
}

/// Whether a word may be the address of a struct.
fn is_pointer(word: &usize) -> bool {
    *word != 0 && word.is_multiple_of(WORD)
}
