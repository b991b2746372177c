//! Shortening labels for pictures.

use std::borrow::Cow;

/// The largest number of lines of a label.
const LINES: usize = 6;

/// Shortens each line of a label to `width` characters, and the label to its first few lines.
/// An ellipsis marks what is left out.
pub(super) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    let lines = text.trim_end_matches('\n').split('\n');
    let fits = |line: &str| line.chars().nth(width).is_none();
    if lines.clone().nth(LINES).is_none() && lines.clone().all(fits) {
        return Cow::Borrowed(text);
    }
    let mut short = String::new();
    for (index, line) in lines.enumerate() {
        if index > 0 {
            short.push('\n');
        }
        if index == LINES {
            short.push('…');
            break;
        }
        if fits(line) {
            short += line;
        } else {
            short.extend(line.chars().take(width.saturating_sub(1)));
            short.push('…');
        }
    }
    Cow::Owned(short)
}

/// The first line of a text.
pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_are_cut() {
        for (text, short) in [
            ("", ""),
            ("four", "four"),
            ("fives", "fiv…"),
            ("éééé\nééééé", "éééé\nééé…"),
            ("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\n6"),
            ("1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\n5\n6\n…"),
        ] {
            assert_eq!(shortened(text, 4), short);
        }
        assert_eq!(shortened("ab", 0), "…");
    }
}
