//! Who lays a picture out and draws it.

use std::fmt::Debug;

use super::patience::Patience;
use crate::error::ExportError;
use crate::format::Format;
use crate::picture::Picture;

/// Draws pictures.
pub trait Engine: Debug {
    /// Whether it knows this format, as far as can be told before it is asked.
    fn makes(&self, format: &Format) -> bool;

    /// The most boxes that it can draw in a bearable time.
    fn most_boxes(&self) -> usize {
        usize::MAX
    }

    /// The most lines between so many boxes that it can draw in a bearable time.
    fn most_lines(&self, boxes: usize) -> usize {
        let _ = boxes;
        usize::MAX
    }

    /// The characters of a picture for which it has no font in this format, each once.
    fn unshown(&self, picture: &Picture, format: &Format) -> Vec<char> {
        let _ = (picture, format);
        Vec::new()
    }

    /// The bytes of a file in this format.
    ///
    /// # Errors
    /// [`ExportError`]: the format is unknown, the picture is too large, the engine
    /// failed, or the patience was at an end.
    fn draw(
        &self,
        picture: &Picture,
        format: &Format,
        patience: &Patience<'_>,
    ) -> Result<Vec<u8>, ExportError>;
}
