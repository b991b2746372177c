//! Drawing the legend below a picture.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::titles::Escaped;
use crate::picture::Legend;
use crate::picture::kind::Kind;

/// All lengths are in points. The font size is 9 points; the average letter is half as wide.
const LETTER: f64 = 4.6;
const SWATCH: (f64, f64) = (20.0, 12.0);
const GAP: f64 = 6.0;
const ROW: f64 = 18.0;
const MARGIN: f64 = 12.0;

/// A line of advice, and its average letter.
const LINE: f64 = 15.0;
const LETTER_OF_ADVICE: f64 = 5.6;

/// The same for a picture with advice.
const NARROWEST_WITH_ADVICE: f64 = 420.0;

/// A narrower picture is widened to make room for the legend.
const NARROWEST: f64 = 230.0;

/// An entry: its text, and the SVG of its swatch with the top left corner at (0, 0).
struct Entry {
    words: &'static str,
    swatch: String,
}

impl Entry {
    fn width(&self) -> f64 {
        SWATCH.0 + GAP + self.words.chars().count() as f64 * LETTER + 2.0 * GAP
    }
}

/// Adds the legend to an SVG. An SVG without the structure that Graphviz writes is returned
/// unchanged.
pub(crate) fn with_legend(svg: String, legend: &Legend) -> String {
    added(&svg, legend).unwrap_or(svg)
}

fn added(svg: &str, legend: &Legend) -> Option<String> {
    let (start, end) = tag(svg)?;
    let tag = &svg[start..end];
    let (width, height) = size(svg)?;
    let entries = entries(legend);
    let narrowest = match legend.advice.is_empty() {
        true => NARROWEST,
        false => NARROWEST_WITH_ADVICE,
    };
    let full_width = width.max(narrowest);
    let advice = wrapped(&legend.advice, full_width - 2.0 * MARGIN);
    let above = advice.len() as f64 * LINE;
    let (places, rows) = places(&entries, full_width - 2.0 * MARGIN);
    let full_height = height + above + rows as f64 * ROW + MARGIN;

    let palette = legend.palette;
    let close = svg.rfind("</svg>")?;
    let mut out = String::with_capacity(svg.len() + 4096);
    out += &svg[..start];
    out += &resized(tag, full_width, full_height)?;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\n<rect width=\"{full_width:.2}\" height=\"{full_height:.2}\" fill=\"{}\"/>",
        palette.background
    );
    // Keeps the picture centred.
    let shift = (full_width - width) / 2.0;
    let _ = write!(out, "<g transform=\"translate({shift:.2} 0)\">");
    out += &svg[end..close];
    out += "</g>\n<g id=\"legend\">\n";
    let _ = writeln!(
        out,
        "<path d=\"M{MARGIN} {y:.2}H{x:.2}\" stroke=\"{}\" stroke-width=\"0.5\" opacity=\"0.5\"/>",
        palette.outline,
        x = full_width - MARGIN,
        y = height + 1.0,
    );
    for (line, text) in (1..).zip(&advice) {
        let _ = writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{:.2}\" font-family=\"Arial\" font-size=\"11.00\" \
             fill=\"{}\">{}</text>",
            height + f64::from(line) * LINE,
            palette.target,
            Escaped(text),
        );
    }
    for (entry, (x, row)) in entries.iter().zip(places) {
        let y = height + above + MARGIN / 2.0 + row as f64 * ROW;
        let x = MARGIN + x;
        let _ = writeln!(
            out,
            "<g transform=\"translate({x:.2} {y:.2})\">{}<text x=\"{}\" y=\"9.5\" \
             font-family=\"Arial\" font-size=\"9.00\" fill=\"{}\">{}</text></g>",
            entry.swatch,
            SWATCH.0 + GAP,
            palette.text,
            entry.words,
        );
    }
    out += "</g>\n";
    out += &svg[close..];
    Some(out)
}

/// Where the `svg` tag starts and ends.
fn tag(svg: &str) -> Option<(usize, usize)> {
    let start = svg.find("<svg ")?;
    Some((start, start + svg[start..].find('>')? + 1))
}

/// The width and height of a picture.
pub(super) fn size(svg: &str) -> Option<(f64, f64)> {
    let (start, end) = tag(svg)?;
    let tag = &svg[start..end];
    let mut numbers = attribute(tag, "viewBox")?.split(' ').map(str::parse);
    let (x, y): (f64, f64) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let size = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    (x == 0.0 && y == 0.0).then_some(size)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    Some(&tag[start..start + tag[start..].find('"')?])
}

fn resized(tag: &str, width: f64, height: f64) -> Option<String> {
    let quoted = |name, text: &str| format!("{name}=\"{text}\"");
    let mut tag = tag.to_owned();
    for (name, value) in [
        ("width", format!("{width:.0}pt")),
        ("height", format!("{height:.0}pt")),
        ("viewBox", format!("0.00 0.00 {width:.2} {height:.2}")),
    ] {
        let old = quoted(name, attribute(&tag, name)?);
        tag = tag.replacen(&old, &quoted(name, &value), 1);
    }
    Some(tag)
}

/// Texts in lines of at most this width, which end between words.
fn wrapped(texts: &[String], width: f64) -> Vec<String> {
    let most = (width / LETTER_OF_ADVICE) as usize;
    let mut lines = Vec::new();
    for text in texts {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.width() + 1 + word.width() > most {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        lines.push(line);
    }
    lines
}

/// Returns the x position and row of each entry, and the number of rows.
fn places(entries: &[Entry], width: f64) -> (Vec<(f64, usize)>, usize) {
    if entries.is_empty() {
        return (Vec::new(), 0);
    }
    let (mut x, mut row) = (0.0, 0);
    let places = entries.iter().map(|entry| {
        if x > 0.0 && x + entry.width() > width {
            (x, row) = (0.0, row + 1);
        }
        let place = (x, row);
        x += entry.width();
        place
    });
    let places: Vec<_> = places.collect();
    (places, row + 1)
}

fn entries(legend: &Legend) -> Vec<Entry> {
    let palette = legend.palette;
    let (w, h) = SWATCH;
    let mut entries = Vec::new();
    let mut add = |words, swatch| entries.push(Entry { words, swatch });
    if legend.target {
        add(
            "what was asked about",
            format!(
                r#"<rect x="1" y="1" width="{}" height="{}" fill="none" stroke="{}" stroke-width="2"/>"#,
                w - 2.0,
                h - 2.0,
                palette.target
            ),
        );
    }
    let arrow = |colour: &str, dashes: &str| {
        let (y, tip) = (h / 2.0, w - 7.0);
        let (above, below) = (y - 3.0, y + 3.0);
        format!(
            r#"<path d="M0 {y}H{tip}" stroke="{colour}" stroke-width="2"{dashes}/><path d="M{tip} {above}L{w} {y}L{tip} {below}Z" fill="{colour}"/>"#,
        )
    };
    if legend.cut {
        let dashes = r#" stroke-dasharray="4,2""#;
        add("reference to cut", arrow(palette.target, dashes));
    }
    if legend.cyclic {
        add("shortest cycle", arrow(palette.cycle, ""));
    }
    if legend.framed {
        add(
            "all here reach each other",
            format!(
                r#"<rect x="0.5" y="0.5" width="{}" height="{}" rx="3" fill="{}" stroke="{}"/>"#,
                w - 1.0,
                h - 1.0,
                palette.frame,
                palette.frame_line
            ),
        );
    }
    for &kind in &legend.kinds {
        add(kind.name(), swatch(kind, legend));
    }
    entries
}

/// The swatch of a kind: a small box of the same shape as in the picture.
fn swatch(kind: Kind, legend: &Legend) -> String {
    let palette = legend.palette;
    let outline = match kind {
        Kind::Value => palette.fill(kind),
        _ => palette.outline,
    };
    let look = format!(r#"fill="{}" stroke="{outline}""#, palette.fill(kind));
    let (r, b) = (SWATCH.0 - 0.5, SWATCH.1 - 0.5);
    match kind {
        Kind::Frame => format!(
            r#"<path d="M0.5 0.5H{}L{r} 4.5V{b}H0.5Z M{0} 0.5V4.5H{r}" {look}/>"#,
            r - 4.0
        ),
        Kind::Function => format!(
            r#"<path d="M0.5 0.5H{r}V{b}H0.5Z M0.5 3.5L3.5 0.5 M{x} 0.5L{r} 3.5 M{r} {y}L{x} {b} M3.5 {b}L0.5 {y}" {look}/>"#,
            x = r - 3.0,
            y = b - 3.0,
        ),
        Kind::Module => format!(r#"<path d="M0.5 0.5H8V3H{r}V{b}H0.5Z M0.5 3H8" {look}/>"#),
        Kind::Type => format!(
            r#"<rect x="0.5" y="0.5" width="{}" height="{}" {look}/><rect x="2.5" y="2.5" width="{}" height="{}" {look}/>"#,
            r - 0.5,
            b - 0.5,
            r - 4.5,
            b - 4.5
        ),
        Kind::Object => format!(
            r#"<rect x="0.5" y="0.5" width="{}" height="{}" rx="4" {look}/>"#,
            r - 0.5,
            b - 0.5
        ),
        Kind::Root => format!(
            r#"<rect x="0.5" y="0.5" width="{}" height="{}" rx="4" stroke-dasharray="3,2" {look}/>"#,
            r - 0.5,
            b - 0.5
        ),
        Kind::Container | Kind::Value | Kind::Stub => format!(
            r#"<rect x="0.5" y="0.5" width="{}" height="{}" {look}/>"#,
            r - 0.5,
            b - 0.5
        ),
    }
}
