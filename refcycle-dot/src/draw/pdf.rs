//! Rendering as PDF.

use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use super::fonts::tree;

/// PDF readers do not show longer pages; a larger picture is scaled down.
const LONGEST_SIDE: f32 = 14_400.0;

/// Renders an SVG as a PDF with one page. Text stays text.
///
/// # Errors
/// Describes what is wrong with the SVG.
pub(crate) fn from_svg(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (LONGEST_SIDE / width.max(height)).min(1.0);
    let (width, height) = (width * scale, height * scale);
    let too_large = || format!("{width} x {height} points are not a possible page size");
    let size = Size::from_wh(width, height).ok_or_else(too_large)?;
    let settings = PageSettings::from_wh(width, height).ok_or_else(too_large)?;

    let mut document = Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or("the picture could not be drawn on a page")?;
    surface.finish();
    page.finish();
    document.finish().map_err(|error| format!("{error:?}"))
}
