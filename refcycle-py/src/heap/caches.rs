//! The caches of `functools.lru_cache`.
//!
//! A cache with a maximum size has a dict of links, which the collector does not track: the
//! traversal of the function shows the referents of the links instead.

use super::compiled::Compiled;
use super::measured_layouts::{FieldName, UnnamedReferents, layout};
use super::{Obj, dict_entries};

/// The referents of a link, recognised among those that the function shows.
pub(super) fn see_entries<'h>(
    referents: &mut UnnamedReferents<'h>,
    found: &mut Vec<(FieldName<'h>, Obj<'h>)>,
) {
    let is_cache = |name| matches!(name, FieldName::Field("cache"));
    let Some(&(_, cache)) = found.iter().find(|&&(name, _)| is_cache(name)) else {
        return;
    };
    for (key, link) in dict_entries(cache).into_iter().flatten() {
        let Some(fields) = layout(Compiled::of_type(link)) else {
            // A cache without a limit has the results themselves in its dict.
            return;
        };
        let (Some(key_offset), Some(result_offset)) =
            (fields.offset("key"), fields.offset("result"))
        else {
            return;
        };
        // SAFETY: the dict keeps the link alive, and both are words of its struct.
        let (own_key, result) = unsafe { (link.word(key_offset), link.word(result_offset)) };
        if let Some(key) = referents.take(own_key) {
            found.push((FieldName::Key, key));
        }
        if let Some(result) = referents.take(result) {
            found.push((FieldName::Value(key), result));
        }
        if let Some(class) = referents.take(link.ty().address()) {
            found.push((FieldName::Field("link.__class__"), class));
        }
    }
}
