//! Suspended greenlets and their frames.
//!
//! A suspended greenlet owns a stack of frames, as a thread does, but before 3.15 its traversal
//! does not show them. Only the innermost frame is read, with the getter of `gr_frame`. It exists
//! already: nothing is created, and no code of a subclass runs. Before 3.12, the frames behind it
//! may have no frame object: [`standing_frames`](super::standing_frames) creates these.
//!
//! Up to 3.14 the collector neither frees a suspended greenlet nor looks through it: its type says
//! so for each instance (`tp_is_gc`).

use super::frames::{
    frame_caller, frame_code, frame_contents, frame_position, is_frame_of_generator,
};
use super::getters::computed;
use super::greenlet_type::greenlet_type;
use super::traversal::{ReferentList, ReferentSink, see_traversed};
use super::{Obj, layout};

/// The innermost frame of a suspended greenlet; `None` if it is running, has not begun or has
/// ended.
pub(super) fn top_frame(greenlet: Obj<'_>) -> Option<Obj<'_>> {
    attribute(greenlet, c"gr_frame")
}

/// The parent of a greenlet; `None` for the main greenlet of a thread and for other objects.
pub(crate) fn greenlet_parent(object: Obj<'_>) -> Option<Obj<'_>> {
    attribute(object, c"parent")
}

fn attribute<'h>(object: Obj<'h>, name: &std::ffi::CStr) -> Option<Obj<'h>> {
    let ty = greenlet_type().filter(|_| object.is_greenlet())?;
    // SAFETY: it is an instance; these getters return what the greenlet holds.
    unsafe { computed(ty, object, name) }
}

/// The frames of a suspended greenlet, the innermost first; empty for other objects.
pub(crate) fn suspended_frames(object: Obj<'_>) -> Vec<Obj<'_>> {
    if !object.is_greenlet() || !layout::frames_are_known() {
        return Vec::new();
    }
    std::iter::successors(top_frame(object), |&frame| frame_caller(frame)).collect()
}

/// The file and the line at which a greenlet is suspended.
pub(crate) fn suspended_position(object: Obj<'_>) -> Option<(String, i32)> {
    frame_position(top_frame(object)?)
}

/// The number of references that a thread has to a greenlet: two to its main greenlet while that
/// runs, because the thread also refers to the greenlet that runs, and one to its main greenlet
/// while that is suspended. The main greenlet shows the reference to another greenlet that runs.
pub(crate) fn references_of_thread(object: Obj<'_>) -> usize {
    let Some(ty) = greenlet_type().filter(|_| object.is_greenlet()) else {
        return 0;
    };
    if greenlet_parent(object).is_some() {
        return 0;
    }
    // SAFETY: it is a greenlet; the function says whether it has begun and not ended.
    let is_active = unsafe {
        let number = (*ty).tp_as_number;
        let is_true = (!number.is_null()).then(|| (*number).nb_bool).flatten();
        is_true.is_some_and(|is_true| is_true(object.as_ptr()) > 0)
    };
    match (is_active, top_frame(object)) {
        (false, _) => 0,
        (true, Some(_)) => 1,
        (true, None) => 2,
    }
}

/// Shows what a greenlet refers to: what its traversal shows, and its frames. The frame of a
/// generator belongs to the generator, which shows it.
///
/// From 3.15 on the traversal shows the frames and what they refer to, which the frames themselves
/// show here.
pub(super) fn see_greenlet<S: ReferentSink>(greenlet: Obj<'_>, sink: &mut S) {
    let mut shown = ReferentList::default();
    // SAFETY: a greenlet has a traversal, which may be called whether it takes part in collection
    // now or not: it says so itself.
    unsafe { see_traversed(greenlet, &mut shown) };
    let frames = suspended_frames(greenlet);
    let is_owned = |frame: &Obj<'_>| !is_frame_of_generator(*frame);
    for address in shown_of_frames(&frames, &shown.0) {
        if let Some(place) = shown.0.iter().position(|&other| other == address) {
            shown.0.remove(place);
        }
    }
    shown.0.into_iter().for_each(|address| sink.see(address));
    for frame in frames {
        if is_owned(&frame) {
            sink.see(frame.address());
        } else {
            sink.see_uncounted(frame.address());
        }
    }
}

/// The part of a greenlet's traversal that belongs to its frames: the frames and, from 3.15 on, the
/// objects to which they refer.
fn shown_of_frames(frames: &[Obj<'_>], shown: &[usize]) -> Vec<usize> {
    let owned = frames
        .iter()
        .copied()
        .filter(|&frame| !is_frame_of_generator(frame));
    let owned: Vec<_> = owned.collect();
    let mut found: Vec<_> = owned.iter().map(|frame| frame.address()).collect();
    let code = owned.first().and_then(|&frame| frame_code(frame));
    // Nothing else in a greenlet refers to code.
    if code.is_some_and(|code| shown.contains(&code.address())) {
        found.extend(owned.iter().flat_map(|&frame| frame_contents(frame)));
    }
    found
}
