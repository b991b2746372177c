//! Escapes for characters that are invisible or that control a terminal.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write};

/// Makes a text safe for a terminal, on one line. Control characters, characters that change
/// the text direction, line breaks and invisible characters become escapes such as `\x1b` and
/// `\u202e`.
///
/// Joiners and variation selectors are kept after a character that is not ASCII, where they
/// belong to words and emoji. Letters, marks, spaces and symbols of all scripts are kept.
///
/// ```
/// use refcycle_dot::text::escaped;
///
/// assert_eq!(escaped("Session\x1b[2J\n"), r"Session\x1b[2J\n");
/// assert_eq!(escaped("naïve 中文 👩\u{200d}🚀"), "naïve 中文 👩\u{200d}🚀");
/// assert_eq!(escaped("a\u{200d}b"), r"a\u200db");
/// ```
pub fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut is_behind_a_letter = false;
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '\n' => {
                is_behind_a_letter = false;
                safe.write_str("\\n")
            }
            _ if is_invisible(c) || (is_joiner(c) && !is_behind_a_letter) => {
                is_behind_a_letter = false;
                write!(safe, "{}", Code(c))
            }
            _ => {
                is_behind_a_letter = !c.is_ascii();
                safe.write_char(c)
            }
        };
    }
    Cow::Owned(safe)
}

/// Joiners and variation selectors.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters that are invisible everywhere or that change how the rest of the line looks:
/// controls, line breaks, the default-ignorable characters of Unicode except joiners and
/// variation selectors, interlinear annotation marks, and noncharacters.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
                | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
                | '\u{e01f0}'..='\u{e0fff}'
        )
        || (u32::from(c) & 0xfffe) == 0xfffe
}

/// Characters that are invisible in a picture.
pub(crate) fn is_invisible_in_picture(c: char) -> bool {
    // Joiners too: the renderers do not join characters.
    is_invisible(c)
        || matches!(c, '\u{200c}' | '\u{200d}')
        // graphviz-pure uses these for bytes that are not valid text.
        || c >= '\u{10ff00}'
}

/// Displays a character as a Python escape.
pub(crate) struct Code(pub(crate) char);

impl Display for Code {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match u32::from(self.0) {
            code @ ..0x100 => write!(f, "\\x{code:02x}"),
            code @ ..0x1_0000 => write!(f, "\\u{code:04x}"),
            code => write!(f, "\\U{code:08x}"),
        }
    }
}

/// Displays a text with escapes for invisible characters, for output that is not DOT.
pub(crate) struct Visible<'a>(pub(crate) &'a str);

impl Display for Visible<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c != '\n' && is_invisible_in_picture(c) {
                Code(c).fmt(f)?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        for (text, expected) in [
            ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
            ("a\r\nb\t\u{7f}", r"a\x0d\nb\x09\x7f"),
            ("\u{9b}31m\u{85}", r"\x9b31m\x85"),
            ("\u{202e}txt.exe\u{2069}", r"\u202etxt.exe\u2069"),
            ("\u{61c}\u{200e}\u{200f}", r"\u061c\u200e\u200f"),
            ("a\u{2028}b\u{2029}", r"a\u2028b\u2029"),
            ("a\u{200b}b\u{feff}\u{ad}", r"a\u200bb\ufeff\xad"),
            ("\u{e0041}\u{3164}\u{ffff}", r"\U000e0041\u3164\uffff"),
            ("\u{200d}\u{fe0f}", r"\u200d\ufe0f"),
            ("中\u{202e}\u{200d}", r"中\u202e\u200d"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn words_of_all_scripts_are_kept() {
        for text in [
            "Session",
            "中文字　あ",
            "مرحبا",
            "שלום",
            "e\u{301}",
            "क्\u{200d}ष",
            "می\u{200c}خواهم",
            "👩\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}",
            "a\u{a0}b",
            "\u{e000}",
        ] {
            assert_eq!(escaped(text), text);
        }
    }

    #[test]
    fn a_picture_shows_codes_and_keeps_lines() {
        assert_eq!(Visible("\\\n\x07\"").to_string(), "\\\n\\x07\"");
    }

    proptest! {
        #[test]
        fn nothing_is_escaped_twice(text in any::<String>()) {
            let once = escaped(&text).into_owned();
            prop_assert!(!once.contains(is_invisible));
            prop_assert_eq!(&escaped(&once), &once);
        }
    }
}
