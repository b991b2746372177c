//! The facts about a whole dump: which ones there are, and their form.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

/// The maximum length of a line of text.
const LONGEST: usize = 4096;

/// Checks the known facts; all others are accepted. Returns what is wrong.
pub(super) fn check(metadata: &BTreeMap<String, String>) -> Result<(), String> {
    for (key, value) in metadata {
        let (is_right, wanted) = match &**key {
            "refcycle" | "python" | "platform" => (is_line(value), "a line of text"),
            "pid" | "sys.modules" | "frozen" | "allocated_blocks" | "resident_bytes"
            | "own_bytes" | "lost_references" => (value.parse::<u64>().is_ok(), "a number"),
            "pause_seconds" => (is_duration(value), "a duration"),
            "time" => (is_time(value), "a time as 2026-11-28T18:19:15Z"),
            "closed" | "partial" | "redacted" | "untracked" => {
                (matches!(&**value, "true" | "false"), "true or false")
            }
            "types" => (is_json::<Object<Text>>(value), "a JSON object of strings"),
            "memory" => (
                is_json::<Object<Option<u64>>>(value),
                "a JSON object of numbers",
            ),
            "threads" => (
                is_json::<Object<List<Text>>>(value),
                "a JSON object of lists of strings",
            ),
            "command" => (is_json::<List<Text>>(value), "a JSON list of strings"),
            _ => continue,
        };
        if !is_right {
            return Err(format!(
                "its `refcycle.{key}` is {}, and should be {wanted}",
                shown(value)
            ));
        }
    }
    Ok(())
}

/// A JSON object of numbers; empty if it is none.
pub(super) fn figures(text: &str) -> BTreeMap<String, Option<u64>> {
    serde_json::from_str(text).unwrap_or_default()
}

/// A value, shortened for a message.
fn shown(value: &str) -> String {
    const MOST: usize = 60;
    let start: String = value.chars().take(MOST).collect();
    let more = if start.len() < value.len() { "..." } else { "" };
    format!("{start:?}{more}")
}

fn is_line(value: &str) -> bool {
    value.len() <= LONGEST && !value.chars().any(char::is_control)
}

fn is_duration(value: &str) -> bool {
    value
        .parse()
        .is_ok_and(|seconds: f64| seconds.is_finite() && seconds >= 0.0)
}

fn is_time(value: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *form,
    };
    value.len() == FORM.len() && value.bytes().zip(FORM).all(fits)
}

fn is_json<T: DeserializeOwned>(value: &str) -> bool {
    serde_json::from_str::<T>(value).is_ok()
}

/// A JSON string that may contain half of a surrogate pair: Python writes file names in this form
/// if they cannot be decoded.
struct Text;
struct List<T>(std::marker::PhantomData<T>);
struct Object<T>(std::marker::PhantomData<T>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfText;
        impl Visitor<'_> for OfText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, _: &[u8]) -> Result<Text, E> {
                Ok(Text)
            }
        }
        from.deserialize_bytes(OfText)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfList<T>(List<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfList<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                while items.next_element::<T>()?.is_some() {}
                Ok(self.0)
            }
        }
        from.deserialize_seq(OfList(Self(std::marker::PhantomData)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfObject<T>(Object<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfObject<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Object<T>, A::Error> {
                while items.next_entry::<Text, T>()?.is_some() {}
                Ok(self.0)
            }
        }
        from.deserialize_map(OfObject(Self(std::marker::PhantomData)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, value: &str) -> Result<(), String> {
        check(&BTreeMap::from([(key.to_owned(), value.to_owned())]))
    }

    #[test]
    fn what_python_writes_is_right() {
        for (key, value) in [
            ("refcycle", "1.0.0"),
            ("python", "3.14.0"),
            ("platform", "linux"),
            ("pid", "17"),
            ("time", "2026-11-28T18:19:15Z"),
            ("command", r#"["python", "-c", "\udc80 \ud83d\ude00"]"#),
            (
                "threads",
                r#"{"Main\udcffThread": ["a.py:1 f", "\ud800"], "": []}"#,
            ),
            ("sys.modules", "140000000000000"),
            ("redacted", "true"),
            ("types", r#"{"list": "", "app.\u00e4\udc80": "hw"}"#),
            ("closed", "false"),
            ("pause_seconds", "0.012345"),
            ("pause_seconds", "1e-7"),
            ("untracked", "false"),
            ("frozen", "0"),
            ("allocated_blocks", "123456"),
            ("resident_bytes", "61000000"),
            ("own_bytes", "0"),
            ("memory", r#"{"resident": 1000, "part.unseen": null}"#),
            ("a new one", "\0[[["),
        ] {
            assert_eq!(told(key, value), Ok(()), "{key}");
        }
    }

    #[test]
    fn everything_else_is_wrong() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for key in ["types", "threads", "command"] {
            for value in [
                "",
                "3",
                "null",
                "[1]",
                "{\"a\": 1}",
                "\"a\"",
                "[[]]",
                "{",
                &deep,
            ] {
                assert!(told(key, value).is_err(), "{key} {value}");
            }
            assert!(told(key, "[] []").is_err());
        }
        assert!(told("types", "[]").is_err());
        for value in [
            "",
            "[]",
            "3",
            r#"{"a": "b"}"#,
            r#"{"a": -1}"#,
            r#"{"a": 1.5}"#,
        ] {
            assert!(told("memory", value).is_err(), "{value}");
        }
        assert!(told("types", r#"{"a": ["b"]}"#).is_err());
        assert!(told("threads", r#"{"a": "b"}"#).is_err());
        assert!(told("command", "{}").is_err());
        for key in [
            "pid",
            "sys.modules",
            "frozen",
            "allocated_blocks",
            "resident_bytes",
            "own_bytes",
        ] {
            for value in ["", "-1", "1.5", "x", "18446744073709551616", " 1"] {
                assert!(told(key, value).is_err(), "{key} {value}");
            }
        }
        for value in ["", "nan", "inf", "-1", "1e999", "x"] {
            assert!(told("pause_seconds", value).is_err(), "{value}");
        }
        for value in ["", "2026", "2026-11-28 18:19:15Z", "zzzz-zz-zzTzz:zz:zzZ"] {
            assert!(told("time", value).is_err(), "{value}");
        }
        for key in ["closed", "redacted", "untracked"] {
            assert!(told(key, "True").is_err());
        }
        for key in ["refcycle", "python", "platform"] {
            assert!(told(key, "a\0b").is_err());
            assert!(told(key, &"a".repeat(5000)).is_err());
        }
    }

    #[test]
    fn a_message_is_short() {
        let error = told("types", &"[\n".repeat(1 << 20)).unwrap_err();
        assert!(
            error.starts_with("its `refcycle.types` is \"[\\n["),
            "{error}"
        );
        assert!(error.len() < 250, "{error}");
    }
}
