//! Quoting text for DOT.

use std::fmt::{self, Display, Formatter, Write};

use crate::escape::{Code, is_invisible_in_picture};

/// Displays a quoted DOT string. Line breaks are kept. Characters that are invisible or not
/// allowed in XML are written as escapes.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut chars = self.0.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                // `\N`, `\G`, `\l` and others have a special meaning, and a final `\` would
                // escape the closing quote.
                '\\' => f.write_str("\\\\")?,
                // Graphviz decodes entities in every label.
                '&' if starts_entity(chars.as_str()) => f.write_str("&amp;")?,
                _ if is_invisible_in_picture(c) => write!(f, "\\{}", Code(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// Whether the text after an `&` completes an entity.
fn starts_entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    end.is_some_and(|end| end > 0 && name[end..].starts_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_quoted() {
        for (text, quoted) in [
            ("", r#""""#),
            ("a b", r#""a b""#),
            ("'\"'", r#""'\"'""#),
            ("\\N\\", r#""\\N\\""#),
            ("one\ntwo\n", r#""one\ntwo\n""#),
            ("\0\x1b\t\r\x7f", r#""\\x00\\x1b\\x09\\x0d\\x7f""#),
            (
                "\u{202e}\u{ffff}\u{10ffff}",
                r#""\\u202e\\uffff\\U0010ffff""#,
            ),
            ("<b>", r#""<b>""#),
            (
                "a & b; &lt; &#x3c; &;",
                r#""a & b; &amp;lt; &amp;#x3c; &;""#,
            ),
            ("中é\u{1f600}", "\"中é\u{1f600}\""),
        ] {
            assert_eq!(Quoted(text).to_string(), quoted);
        }
    }
}
