//! Fitting text into the cells of a terminal.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::options::Charset;
use crate::escape::{Code, escaped};
use crate::shorten::shortened;

/// The longest part of a label that is kept, in characters: no line is wider.
const KEPT: usize = 1000;

/// The part of a label that may be shown.
pub(super) fn kept(label: &str) -> String {
    shortened(label.trim_end_matches('\n'), KEPT).into_owned()
}

/// The number of cells that a text takes in a terminal: a wide character takes two.
///
/// # Example
/// ```
/// assert_eq!(refcycle_dot::text::width("'中文'"), 6);
/// ```
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.width()
}

/// A label on one line: line breaks become spaces, other unsafe characters become escapes; with
/// ASCII, so do all characters that are not ASCII.
pub(super) fn shown(label: &str, charset: Charset) -> String {
    let safe = escaped(&label.replace('\n', " ")).into_owned();
    if charset == Charset::Unicode || safe.is_ascii() {
        return safe;
    }
    let mut text = String::with_capacity(safe.len());
    for c in safe.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            ' '..='~' => text.write_char(c),
            '…' => text.write_str("..."),
            _ => write!(text, "{}", Code(c)),
        };
    }
    text
}

/// Cuts a text to at most `cells` cells of a terminal. An ellipsis marks what is left out.
///
/// # Example
/// ```
/// use refcycle_dot::text::{Charset, cut};
/// assert_eq!(cut("中文字", 5, Charset::Unicode), "中文…");
/// assert_eq!(cut("abcdef", 5, Charset::Ascii), "ab...");
/// ```
pub fn cut(text: &str, cells: usize, charset: Charset) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let ellipsis = match charset {
        Charset::Unicode => "…",
        Charset::Ascii => "...",
    };
    let Some(room) = cells.checked_sub(width(ellipsis)) else {
        return ".".repeat(cells);
    };
    if text.is_ascii() {
        return format!("{}{ellipsis}", &text[..room]);
    }
    let mut start = String::new();
    for c in text.chars() {
        let before = start.len();
        start.push(c);
        if width(&start) > room {
            start.truncate(before);
            break;
        }
    }
    start + ellipsis
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        for (text, cells, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "abcd…"),
            ("中文字", 6, "中文字"),
            ("中文字", 5, "中文…"),
            ("中文字", 4, "中…"),
            ("😀😀", 3, "😀…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("👩\u{200d}👩\u{200d}👧!", 3, "👩\u{200d}👩\u{200d}👧!"),
            ("ab", 0, ""),
        ] {
            assert_eq!(
                cut(text, cells, Charset::Unicode),
                expected,
                "{text} in {cells}"
            );
        }
        assert_eq!(cut("abcdef", 5, Charset::Ascii), "ab...");
        assert_eq!(cut("abcdef", 2, Charset::Ascii), "..");
    }

    #[test]
    fn invisible_characters_are_escaped() {
        let hostile = "a\nb\t\x1b[31m\u{9b}é\u{202e}中😀\u{feff}\u{200d}";
        assert_eq!(
            shown(hostile, Charset::Unicode),
            "a b\\x09\\x1b[31m\\x9bé\\u202e中😀\\ufeff\\u200d"
        );
        assert_eq!(
            shown(hostile, Charset::Ascii),
            "a b\\x09\\x1b[31m\\x9b\\xe9\\u202e\\u4e2d\\U0001f600\\ufeff\\u200d"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in any::<String>(), cells in 0..50usize) {
            for charset in [Charset::Unicode, Charset::Ascii] {
                let whole = shown(&text, charset);
                let part = cut(&whole, cells, charset);
                prop_assert!(width(&part) <= cells, "{part:?} in {cells}");
                prop_assert!(!part.chars().any(char::is_control));
                if charset == Charset::Ascii {
                    prop_assert!(part.is_ascii());
                }
            }
        }
    }
}
