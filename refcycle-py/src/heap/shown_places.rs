//! Where in its struct an object has the references that it shows.

use super::Obj;
use super::unshown::words_of_struct;

const WORD: usize = size_of::<usize>();
/// The search for a field ends after this number of words.
const MOST_WORDS: usize = 512;

/// A word of a struct that is the address of an object.
struct Place<'h> {
    word: usize,
    offset: usize,
    /// The object at this address, and how often it is shown.
    shown: Option<Obj<'h>>,
    count: usize,
}

/// The objects that are shown exactly once, and whose address is in exactly one field, each with
/// the offset of this field, ascending. So the field is not one of several that may have the
/// reference; that it is a pointer to the object is certain.
pub(crate) fn shown_places<'h>(object: Obj<'h>) -> Vec<(usize, Obj<'h>)> {
    let words = words_of_struct(object).min(MOST_WORDS);
    let mut places: Vec<Place<'h>> = (2..words)
        .map(|number| WORD * number)
        // SAFETY: the struct of the object has this word.
        .map(|offset| (offset, unsafe { object.word(offset) }))
        .filter(|&(_, word)| word != 0 && word.is_multiple_of(WORD))
        .map(|(offset, word)| Place {
            word,
            offset,
            shown: None,
            count: 0,
        })
        .collect();
    places.sort_unstable_by_key(|place| place.word);
    object.traverse(|referent| {
        let start = places.partition_point(|place| place.word < referent.address());
        if let Some(place) = places.get_mut(start)
            && place.word == referent.address()
        {
            place.shown = Some(referent);
            place.count += 1;
        }
    });
    let alone = places.chunk_by(|one, other| one.word == other.word);
    let mut found: Vec<_> = alone
        .filter_map(|group| match group {
            [place] if place.count == 1 => Some((place.offset, place.shown?)),
            _ => None,
        })
        .collect();
    found.sort_unstable_by_key(|&(offset, _)| offset);
    found
}
