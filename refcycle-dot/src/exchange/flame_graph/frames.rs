//! The frames of a flame graph.

use std::borrow::Cow;
use std::collections::HashMap;

use refcycle_core::VertexId;

use crate::names::Place;
use crate::shorten::shortened;

/// The longest name, in characters.
const LIMIT: usize = 200;

/// A frame: what an object, or several objects in one place, are called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The name.
    pub name: String,
    /// A line of a source file: that of a function, a frame, a generator or a task.
    pub place: Option<Place<String>>,
}

/// The number of a frame among [`Frames`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(pub(super) u32);

/// Frames, each once.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    known: HashMap<Frame, FrameId>,
    frames: Vec<Frame>,
}

impl Frames {
    /// The number of a frame, which is added if it is new. A long name is cut.
    pub fn id(&mut self, mut frame: Frame) -> FrameId {
        if let Cow::Owned(cut) = shortened(&frame.name, LIMIT) {
            frame.name = cut;
        }
        if let Some(&known) = self.known.get(&frame) {
            return known;
        }
        let id = FrameId(self.frames.len() as u32);
        self.frames.push(frame.clone());
        self.known.insert(frame, id);
        id
    }

    pub(super) fn into_frames(self) -> Vec<Frame> {
        self.frames
    }
}

/// Names the objects of a graph for a flame graph.
pub trait FrameNames {
    /// The error of a lookup.
    type Error;

    /// The frame of an object. `is_large` is true of objects that retain at least a thousandth of
    /// all memory, for which a name that costs more can be looked up.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn frame(
        &mut self,
        v: VertexId,
        is_large: bool,
        frames: &mut Frames,
    ) -> Result<FrameId, Self::Error>;
}
