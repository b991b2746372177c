//! Escaping labels for XML and JSON.

use std::fmt::{self, Display, Formatter, Write};

use crate::escape::Code;

/// Whether XML 1.0 allows a character.
fn is_in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Displays a text as the content of an XML element or of a quoted attribute.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl Display for Xml<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // XML readers normalise tabs and line breaks in attributes, and carriage
                // returns everywhere.
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                c if is_in_xml(c) => f.write_char(c)?,
                c => Code(c).fmt(f)?,
            }
        }
        Ok(())
    }
}

/// Displays a text as a JSON string in ASCII.
pub(super) struct Json<'a>(pub(super) &'a str);

impl Display for Json<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                // Keeps the text harmless inside a script element.
                '<' => f.write_str("\\u003c")?,
                ' '..='~' => f.write_char(c)?,
                c => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        write!(f, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        f.write_char('"')
    }
}

/// Displays a text with escapes for the characters that XML forbids. Formats that could
/// represent them use this too, so that a label is the same in every format.
pub(super) struct Portable<'a>(pub(super) &'a str);

impl Portable<'_> {
    /// The escaped text; a copy only if something had to be escaped.
    pub(super) fn text(&self) -> std::borrow::Cow<'_, str> {
        if self.0.chars().all(is_in_xml) {
            self.0.into()
        } else {
            self.to_string().into()
        }
    }
}

impl Display for Portable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_in_xml(c) {
                f.write_char(c)?;
            } else {
                Code(c).fmt(f)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_escapes() {
        let text = "a\"<&>\\\t\r\n\0\u{1b}\u{ffff}\u{80}é😀]]>";
        assert_eq!(
            Xml(text).to_string(),
            "a&quot;&lt;&amp;&gt;\\&#9;&#13;&#10;\\x00\\x1b\\uffff\u{80}é😀]]&gt;"
        );
        assert_eq!(
            Json(&Portable(text).text()).to_string(),
            r#""a\"\u003c&>\\\u0009\u000d\n\\x00\\x1b\\uffff\u0080\u00e9\ud83d\ude00]]>""#
        );
        assert_eq!(Portable("plain\n").text(), "plain\n");
    }
}
