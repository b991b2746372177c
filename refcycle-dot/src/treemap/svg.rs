//! Blocks as SVG.

use std::fmt::Write;

use super::block::{Block, Form, TreemapOptions};
use super::colours;
use super::label::Room;
use super::layout::{HEAD, Placed, ROW, Rect, icicle, treemap};
use crate::counts::{counted, size_text};
use crate::draw::Escaped;
use crate::text::{Charset, cut};

const MARGIN: f64 = 12.0;
const TITLE: f64 = 26.0;
const FONT: f64 = 10.5;

/// The width of a cell of text, in points.
const CELL: f64 = 5.9;

/// A name that is shortened is followed by the size in a block that is so much wider than twice the
/// size, in points.
const WIDE: f64 = 48.0;

/// Blocks need this much room for a name.
const LEAST: (f64, f64) = (26.0, 12.0);

pub(super) fn written(root: &Block, options: &TreemapOptions) -> String {
    let at = Rect {
        x: MARGIN,
        y: MARGIN + TITLE,
        width: (options.width - 2.0 * MARGIN).max(1.0),
        height: (options.height - 2.0 * MARGIN - TITLE).max(1.0),
    };
    let (placed, height) = match options.form {
        Form::Treemap => (treemap(root, at), options.height),
        Form::Icicle => {
            let (placed, rows) = icicle(root, at);
            (placed, at.y + rows as f64 * ROW + MARGIN)
        }
    };
    let mut svg = head(root, options, height);
    for place in &placed {
        // The root of a treemap is the picture.
        if place.depth > 0 || options.form == Form::Icicle {
            write_block(&mut svg, place, root.size, options);
        }
    }
    if root.size == 0 {
        let (x, y) = (at.x, at.y + FONT);
        write_text(&mut svg, "no objects", (x, y), FONT, options);
    }
    svg += "</svg>\n";
    svg
}

fn head(root: &Block, options: &TreemapOptions, height: f64) -> String {
    let width = options.width;
    let mut svg = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}pt\" height=\"{height:.0}pt\" \
         viewBox=\"0 0 {width:.2} {height:.2}\">\n\
         <rect width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{}\"/>\n",
        colours::background(options.theme)
    );
    let title = match &*options.title {
        "" => format!("{}: {}", root.name, size_text(root.size)),
        title => title.to_owned(),
    };
    let room = ((width - 2.0 * MARGIN) / CELL / 1.15) as usize;
    let title = cut(&title, room, Charset::Unicode);
    write_text(&mut svg, &title, (MARGIN, MARGIN + 12.0), 13.0, options);
    svg
}

fn write_block(svg: &mut String, place: &Placed<'_>, all: u64, options: &TreemapOptions) {
    let Placed { block, rect, .. } = place;
    let block = &**block;
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<g class=\"block\"><title>{}</title><rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" \
         height=\"{:.2}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.6\"/>",
        Escaped(&title(block, all)),
        rect.x,
        rect.y,
        rect.width,
        rect.height,
        colours::fill(options.theme, place.branch, place.depth),
        colours::line(options.theme),
    );
    // Only a block with a line for it, or without parts, has room for its name.
    if place.is_headed || block.parts.is_empty() {
        write_name(svg, place, options);
    }
    *svg += "</g>\n";
}

/// The full name, the size, the share and the number of objects.
fn title(block: &Block, all: u64) -> String {
    let share = 100.0 * block.size as f64 / all.max(1) as f64;
    let share = match share {
        share if share >= 9.95 || share == 0.0 => format!("{share:.0} %"),
        share => format!("{share:.1} %"),
    };
    let objects = match block.count {
        0 => String::new(),
        count => format!(" in {}", counted(count, "object", "objects")),
    };
    format!(
        "{}\n{} ({share}){objects}",
        block.name,
        size_text(block.size)
    )
}

/// Writes what fits of the name, if anything does, and the size if there is room: in one line, or in
/// a treemap below the name.
fn write_name(svg: &mut String, place: &Placed<'_>, options: &TreemapOptions) {
    let Placed { block, rect, .. } = place;
    if rect.width < LEAST.0 || rect.height < LEAST.1 {
        return;
    }
    let room = Room {
        width: rect.width - 6.0,
        font: FONT,
    };
    let size = size_text(block.size);
    let beside = format!("  {size}");
    let (name, short) = (
        block.name.replace('\n', " "),
        block.short.replace('\n', " "),
    );
    let is_high = options.form == Form::Treemap
        && !place.is_headed
        && rect.height > 2.0 * HEAD
        && room.fits(&size);
    let is_wide = !is_high && room.width > 2.0 * (room.width - room.without(&size).width) + WIDE;
    let shown = match is_wide {
        true => room.without(&beside).name(&name, &short),
        false => room.name(&name, &short),
    };
    let Some(mut line) = shown else {
        return;
    };
    if !is_high && room.without(&beside).fits(&line) {
        line += &beside;
    }
    let middle = match options.form {
        Form::Icicle => rect.y + ROW / 2.0 + FONT / 3.0,
        Form::Treemap => rect.y + FONT + 1.0,
    };
    write_text(svg, &line, (rect.x + 3.0, middle), FONT, options);
    if is_high {
        let below = (rect.x + 3.0, middle + FONT + 2.0);
        write_text(svg, &size, below, FONT, options);
    }
}

fn write_text(
    svg: &mut String,
    text: &str,
    (x, y): (f64, f64),
    size: f64,
    options: &TreemapOptions,
) {
    let _ = write!(
        svg,
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-family=\"Arial\" font-size=\"{size:.2}\" \
         fill=\"{}\">{}</text>",
        colours::text(options.theme),
        Escaped(text)
    );
}
