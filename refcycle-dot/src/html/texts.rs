//! The texts of a page: each is written once, shortened, as JSON that contains no HTML markup.

use std::borrow::Cow;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

use crate::counts::grouped;

/// The longest part of a label that is written, in characters.
const LONGEST: usize = 2000;

/// Numbers texts in the order of their first use.
#[derive(Default)]
pub(super) struct PageTexts<'a> {
    numbers: FxHashMap<Cow<'a, str>, u64>,
    in_order: Vec<Cow<'a, str>>,
}

impl<'a> PageTexts<'a> {
    pub(super) fn number(&mut self, text: impl Into<Cow<'a, str>>) -> u64 {
        let text = text.into();
        if let Some(&number) = self.numbers.get(&text) {
            return number;
        }
        let number = self.in_order.len() as u64;
        self.in_order.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"[")?;
        for (index, text) in self.in_order.iter().enumerate() {
            if index > 0 {
                out.write_all(b",\n")?;
            }
            write_string(out, &cut(text))?;
        }
        out.write_all(b"]")
    }
}

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let left_out = grouped(text[end..].chars().count() as u64);
            format!("{}… ({left_out} more characters)", &text[..end]).into()
        }
        None => text.into(),
    }
}

/// Writes a JSON string in ASCII without `<`, `>` and `&`, so that no label can end the element
/// that contains it.
pub(super) fn write_string(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '<' | '>' | '&');
    let mut rest = text;
    while let Some(stop) = rest.find(|c| !plain(c)) {
        out.write_all(&rest.as_bytes()[..stop])?;
        let mut chars = rest[stop..].chars();
        if let Some(c) = chars.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        rest = chars.as_str();
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_is_markup() {
        let mut out = Vec::new();
        write_string(&mut out, "</script><!--&\"\\\n\u{2028}é😀").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            r#""\u003c/script\u003e\u003c!--\u0026\u0022\u005c\u000a\u2028\u00e9\ud83d\ude00""#
        );
        let read: String = serde_json::from_str(&text).unwrap();
        assert_eq!(read, "</script><!--&\"\\\n\u{2028}é😀");
    }

    #[test]
    fn a_text_has_one_number_and_a_bounded_length() {
        let mut texts = PageTexts::default();
        let long = "é".repeat(LONGEST + 7);
        assert_eq!(
            ["a", &long, "a", ""].map(|text| texts.number(text)),
            [0, 1, 0, 2]
        );
        let mut out = Vec::new();
        texts.write(&mut out).unwrap();
        let read: Vec<String> = serde_json::from_slice(&out).unwrap();
        let cut = format!("{}… (7 more characters)", "é".repeat(LONGEST));
        assert_eq!(read, ["a", &cut, ""]);
    }
}
