//! The variables of loaded libraries: the writable segments of their files contain the addresses of
//! the objects that they hold.
//!
//! A variable may also contain the address of an object without holding it. So each object gets at
//! most as many of these holders as it has unexplained references, and words that are known not to
//! hold their objects are left out. Only Linux tells where the segments are.

use std::convert::Infallible;
use std::ops::Range;

use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::credits::Credits;
use super::symbols::{Place, Symbols};
use crate::heap::{
    Kind, Mapping, Obj, RawMemory, WantedAddresses, mapping_of, paused, process_maps,
};

const WORD: usize = size_of::<usize>();

pub(super) fn explain(py: Python<'_>, credits: &mut Credits<'_>) {
    let (Ok(maps), Ok(memory)) = (process_maps(), RawMemory::new()) else {
        return;
    };
    let mut libraries = Libraries::new(&maps);
    let wanted = credits.wanted();
    let mut hits = find(&memory, &maps, &wanted);
    let types = types(py, credits);
    hits.retain(|hit| libraries.holds(&memory, hit.place, types.get(&hit.target)));
    let mut counts = FxHashMap::default();
    for hit in &hits {
        *counts.entry(hit.target).or_insert(0u32) += 1;
    }
    // A registry with a name of its own is a variable too.
    let mut named = FxHashMap::default();
    for &target in counts.keys() {
        named.insert(target, credits.registered(target));
    }
    for hit in hits {
        if let Some(named) = named.get_mut(&hit.target).filter(|named| **named > 0) {
            *named -= 1;
            continue;
        }
        let is_certain = wanted.get(hit.target) >= counts.get(&hit.target).copied();
        credits.give(hit.target, || {
            let name = libraries.name(hit.place);
            match is_certain {
                true => name,
                false => format!("probably {name}"),
            }
        });
    }
}

/// The types with unexplained references, and whether each is compiled in.
fn types(py: Python<'_>, credits: &Credits<'_>) -> FxHashMap<usize, bool> {
    paused(py, |heap| {
        let open = credits.unexplained(heap).into_iter();
        let types = open.filter(|&object| Kind::of(object) == Kind::Type);
        types
            .map(|object| (object.address(), Kind::is_compiled_type(object)))
            .collect()
    })
}

/// An object that is compiled into a library starts with a reference that nothing holds.
pub(super) fn explain_static_objects(py: Python<'_>, credits: &mut Credits<'_>) {
    let Ok(maps) = process_maps() else {
        return;
    };
    let mut libraries = Libraries::new(&maps);
    let open: Vec<_> = paused(py, |heap| {
        let open = credits.unexplained(heap).into_iter();
        open.map(Obj::address).collect()
    });
    for address in open {
        if let Some((path, _)) = libraries.variable(address) {
            credits.give(address, || format!("compiled into {}", library_name(path)));
        }
    }
}

/// A word that is the address of a wanted object.
struct Hit {
    place: usize,
    target: usize,
}

fn find(memory: &RawMemory, maps: &[Mapping], wanted: &WantedAddresses) -> Vec<Hit> {
    let mut hits = Vec::new();
    let segments = library_segments(maps).into_iter().map(|(range, _)| range);
    let Ok(()) = memory.scan(segments, |start, words| {
        for (index, &target) in words.iter().enumerate() {
            if wanted.wants(target) {
                let place = start + WORD * index;
                hits.push(Hit { place, target });
            }
        }
        Ok::<_, Infallible>(())
    });
    hits
}

/// The largest part of a library that starts with zeros. The system joins other memory to it.
const MOST_ZEROS: usize = 16 << 20;

/// The writable memory of libraries, each with the path of the library. The memory that starts
/// with zeros follows that of the file, and has no name.
fn library_segments(maps: &[Mapping]) -> Vec<(Range<usize>, &str)> {
    let is_library = |path: &str| {
        maps.iter()
            .any(|mapping| mapping.is_executable && mapping.file() == Some(path))
    };
    let mut known = FxHashMap::default();
    let mut segments: Vec<(Range<usize>, &str)> = Vec::new();
    for mapping in maps {
        let path = match (mapping.file(), segments.last()) {
            (Some(path), _) => Some(path),
            (None, Some((last, path)))
                if mapping.is_anonymous() && last.end == mapping.range.start =>
            {
                Some(*path)
            }
            _ => None,
        };
        let is_segment = mapping.is_readable && mapping.is_writable;
        if let Some(path) = path.filter(|_| is_segment)
            && *known.entry(path).or_insert_with(|| is_library(path))
        {
            let mut range = mapping.range.clone();
            if mapping.is_anonymous() {
                range.end = range.end.min(range.start + MOST_ZEROS);
            }
            segments.push((range, path));
        }
    }
    segments
}

/// The loaded libraries, whose symbols are read when they are needed.
pub(crate) struct Libraries<'m> {
    maps: &'m [Mapping],
    segments: Vec<(Range<usize>, &'m str)>,
    symbols: FxHashMap<&'m str, Option<Symbols>>,
}

impl<'m> Libraries<'m> {
    pub(crate) fn new(maps: &'m [Mapping]) -> Self {
        Self {
            maps,
            segments: library_segments(maps),
            symbols: FxHashMap::default(),
        }
    }

    /// Whether an address is that of a variable of a library.
    pub(crate) fn contains(&mut self, address: usize) -> bool {
        self.variable(address).is_some()
    }

    /// The library to whose variables an address belongs, and the variable.
    fn variable(&mut self, address: usize) -> Option<(&'m str, Place<'_>)> {
        let next = self
            .segments
            .partition_point(|(range, _)| range.end <= address);
        let (range, path) = self.segments.get(next)?;
        if !range.contains(&address) {
            return None;
        }
        let maps = self.maps;
        let symbols = self.symbols.entry(path).or_insert_with(|| {
            let start = maps.iter().find(|mapping| mapping.file() == Some(*path))?;
            Symbols::read(path, start.range.start)
        });
        Some((*path, symbols.as_ref()?.place(address)?))
    }

    /// Whether a word with the address of an object is a variable that may hold the object. `ty`
    /// is given for a type, and says whether the type is compiled in.
    pub(crate) fn holds(&mut self, memory: &RawMemory, address: usize, ty: Option<&bool>) -> bool {
        let Some((path, place)) = self.variable(address) else {
            return false;
        };
        // Its tables refer to objects without counting it, and change all the time.
        if place == Place::In(RUNTIME) {
            return false;
        }
        let symbols = self.symbols.get(path).and_then(Option::as_ref);
        let is_empty = symbols.is_some_and(|symbols| symbols.starts_empty(address));
        let word = |place: usize| memory.word(place).unwrap_or(0);
        // A program at low addresses has objects there.
        let before = word(address.wrapping_sub(WORD));
        let is_number = |word| is_number(word) && mapping_of(self.maps, word).is_none();
        match ty {
            None => true,
            // Tables and static objects that are compiled in refer to such types, and do not
            // count that.
            Some(true) => is_empty && !is_number(before),
            // After a reference count, it is the type of an object that was compiled in.
            Some(false) => !is_number(before),
        }
    }

    /// As in "C variable `cached` in numpy/linalg/_umath_linalg.so".
    pub(crate) fn name(&mut self, address: usize) -> String {
        let Some((path, place)) = self.variable(address) else {
            return "C variable of a library".to_owned();
        };
        let library = library_name(path);
        match place {
            Place::In(name) => format!("C variable {name} in {library}"),
            Place::Near(name) => format!("C variable near {name} in {library}"),
            Place::Unnamed => format!("C variable in {library}"),
        }
    }
}

/// Whether a word is a small number that is not 0, or a reference count, and no address.
fn is_number(word: usize) -> bool {
    (word >> 32) & 0xffff == 0 && word as u32 != 0
}

/// The state of the interpreter. Its references have names of their own, or are borrowed.
const RUNTIME: &str = "_PyRuntime";

/// The path of a library below the folder of packages, without the tag of the version.
fn library_name(path: &str) -> String {
    let folders = ["/site-packages/", "/dist-packages/", "/lib-dynload/"];
    let below = folders
        .iter()
        .find_map(|folder| Some(path.rsplit_once(folder)?.1));
    let name = below.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path));
    match (name.find(".cpython-"), name.strip_suffix(".so")) {
        (Some(tag), Some(_)) => format!("{}.so", &name[..tag]),
        _ => name.to_owned(),
    }
}
