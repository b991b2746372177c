//! Rendering as PNG.

use resvg::tiny_skia::{Pixmap, Transform};

use super::fonts::tree;

/// Pixels per point of the layout.
const SCALE: f32 = 2.0;

/// A larger picture is scaled down: drawing this many pixels takes 256 MB.
const MOST_PIXELS: f32 = 64e6;
const LONGEST_SIDE: f32 = 30_000.0;

/// Renders an SVG as a PNG.
///
/// # Errors
/// Describes what is wrong with the SVG.
pub(crate) fn from_svg(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = SCALE
        .min((MOST_PIXELS / width / height).sqrt())
        .min(LONGEST_SIDE / width.max(height));
    let pixels = |length: f32| (length * scale).ceil().max(1.0) as u32;
    let mut pixmap = Pixmap::new(pixels(width), pixels(height))
        .ok_or_else(|| format!("a picture of {width} x {height} points is too large"))?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    pixmap.encode_png().map_err(|error| error.to_string())
}
