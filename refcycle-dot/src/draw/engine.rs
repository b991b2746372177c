//! The interface of layout engines.

use std::fmt::Debug;

use super::patience::Patience;
use crate::error::ExportError;
use crate::format::Format;
use crate::picture::Picture;

/// A layout engine: it lays out a picture and draws it.
pub trait Engine: Debug {
    /// Whether the engine supports this format, as far as can be determined without running it.
    fn makes(&self, format: &Format) -> bool;

    /// The largest number of boxes that the engine draws in acceptable time.
    fn most_boxes(&self) -> usize {
        usize::MAX
    }

    /// The largest number of lines that the engine draws in acceptable time between `boxes`
    /// boxes.
    fn most_lines(&self, boxes: usize) -> usize {
        let _ = boxes;
        usize::MAX
    }

    /// The distinct characters of a picture that no font can show in this format.
    fn unshown(&self, picture: &Picture, format: &Format) -> Vec<char> {
        let _ = (picture, format);
        Vec::new()
    }

    /// Draws a picture and returns the bytes of the file.
    ///
    /// # Errors
    /// [`ExportError`] if the format is not supported, the picture is too large, the engine
    /// fails, the time limit passes or the caller interrupts.
    fn draw(
        &self,
        picture: &Picture,
        format: &Format,
        patience: &Patience<'_>,
    ) -> Result<Vec<u8>, ExportError>;
}
