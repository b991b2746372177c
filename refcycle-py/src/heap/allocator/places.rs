//! Where the mappings of the library are.
//!
//! A table of fixed size, without a lock, because it changes while memory is allocated. It is for
//! reports: a reader may see a mapping that is just changing, and mappings that do not fit are
//! missing.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Place {
    start: AtomicUsize,
    size: AtomicUsize,
}

static PLACES: [Place; 128] = [const {
    Place {
        start: AtomicUsize::new(0),
        size: AtomicUsize::new(0),
    }
}; 128];

/// Records that the mapping at an address has this size; 0 if there is none any more.
pub(super) fn set(start: usize, size: usize) {
    let has_start = |place: &&Place| place.start.load(Ordering::Relaxed) == start;
    if let Some(known) = PLACES.iter().find(has_start) {
        known.size.store(size, Ordering::Relaxed);
        if size == 0 {
            known.start.store(0, Ordering::Relaxed);
        }
        return;
    }
    if size == 0 {
        return;
    }
    let relaxed = Ordering::Relaxed;
    let takes = |place: &&Place| {
        let taken = place.start.compare_exchange(0, start, relaxed, relaxed);
        taken.is_ok()
    };
    if let Some(place) = PLACES.iter().find(takes) {
        place.size.store(size, Ordering::Relaxed);
    }
}

/// The mappings of the library.
pub(super) fn places() -> Vec<Range<usize>> {
    let ranges = PLACES.iter().map(|place| {
        let start = place.start.load(Ordering::Relaxed);
        start..start + place.size.load(Ordering::Relaxed)
    });
    ranges
        .filter(|range| range.start != 0 && !range.is_empty())
        .collect()
}
