//! The width of labels, for characters that the layout measures too narrow.

use std::fmt::Write;

/// The layout measures each byte of such a character as a space, which is this wide, in ems.
const SPACE: f64 = 0.278;

/// The width by which the widest line of a label is wider than the layout measures it, in ems.
pub(super) fn unmeasured(label: &str) -> f64 {
    label.lines().map(of_line).fold(0.0, f64::max)
}

fn of_line(line: &str) -> f64 {
    let foreign = line.chars().filter(|c| !c.is_ascii());
    let widths = foreign.map(|c| width(c) - SPACE * c.len_utf8() as f64);
    widths.sum::<f64>().max(0.0)
}

/// The width of a character in usual fonts, in ems.
fn width(c: char) -> f64 {
    match c as u32 {
        // Emoji are wider than ideographs.
        0x2600..=0x27bf | 0x1f000..=0x1faff => 1.4,
        // Joiners, marks and selectors.
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0.0,
        0x2018..=0x201d => 0.33,
        0x2190..=0x21ff | 0x2026 | 0x2014 => 1.0,
        0x00d7 => 0.59,
        0x00c0..=0x024f => 0.6,
        0x0370..=0x058f => 0.75,
        0x0590..=0x10ff => 0.8,
        0x1100..=0x11ff | 0x2e80..=0xa4cf | 0xa960..=0xd7ff | 0xf900..=0xfaff => 1.0,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1b000..=0x1b2ff => 1.0,
        0xff61..=0xffdc => 0.5,
        0x20000..=0x3ffff => 1.0,
        // Others are no wider than an M, as a rule.
        _ => 0.85,
    }
}

/// The widths of the printable ASCII characters in Arial, from the space on, in thousandths of an em.
#[rustfmt::skip]
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a line of text in Arial, in ems.
pub(crate) fn width_of_text(text: &str) -> f64 {
    let of = |c: char| match (c as usize).checked_sub(0x20).and_then(|at| ASCII.get(at)) {
        Some(&thousandths) => f64::from(thousandths) / 1000.0,
        None => width(c),
    };
    text.chars().map(of).sum()
}

/// A line of a label beside a line of the picture, with spaces that keep it away from the line, and
/// for characters that are wider than measured.
pub(super) fn padded(label: &str) -> String {
    let mut text = String::new();
    for (index, line) in label.split('\n').enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let spaces = 1 + (of_line(line) / SPACE / 2.0).round() as usize;
        // Writing to a string cannot fail.
        let _ = write!(text, "{:spaces$}{line}{:spaces$}", "", "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_wider_than_measured() {
        assert_eq!(unmeasured("plain"), 0.0);
        assert_eq!(unmeasured("dict × 3"), of_line("×"));
        assert!(of_line("×") < 0.1);
        // Ten ideographs of one em, measured as 30 spaces.
        let ideographs = unmeasured("日本語日本語日本語日\nshort");
        assert!(
            (ideographs - (10.0 - 30.0 * SPACE)).abs() < 1e-9,
            "{ideographs}"
        );
        assert!(unmeasured("😀😀😀😀") > 1.0);
    }

    #[test]
    fn texts_are_as_wide_as_in_arial() {
        assert_eq!(width_of_text(""), 0.0);
        assert!((width_of_text("Wi~") - (0.944 + 0.222 + 0.584)).abs() < 1e-9);
        assert!((width_of_text("日…") - 2.0).abs() < 1e-9);
    }

    #[test]
    fn labels_beside_lines_have_room() {
        assert_eq!(padded("a\nb"), " a \n b ");
        assert_eq!(padded("日本語日本語"), "   日本語日本語   ");
    }
}
