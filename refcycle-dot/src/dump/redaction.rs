//! Which texts a redacted dump contains.
//!
//! Identifiers remain: names of types, functions, modules, attributes, variables and threads, and
//! paths of source files. Any other text is replaced by its length. A key of a dict is an
//! identifier only if the dict is a namespace. This is decided by the reference that holds the
//! dict, never by the form of the keys: a session id can look like a name.
//!
//! The functions are pure. In case of doubt, a text is hidden.
//!
//! ```
//! use refcycle_dot::dump::redaction::{Namespace, shows_key, text_label};
//!
//! assert!(shows_key(Some(Namespace::Names), "handler"));
//! assert!(!shows_key(None, "handler"));
//! assert_eq!(text_label(40), "str (40 characters)");
//! ```

pub use crate::names::identifiers::{
    HIDDEN_TYPE, MAX_NAME, is_function, is_name, is_type, is_variable,
};
use crate::names::identifiers::{is_identifier, is_short};

/// A dict whose keys are names in a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// Attributes or variables: the dict of a module, a class, an instance or a frame,
    /// `__annotations__`, `__kwdefaults__`.
    Names,
    /// `sys.modules`: dotted names.
    Modules,
    /// The dict behind `os.environ`: its keys are names, its values never are.
    Environment,
}

/// The most characters of the path of a source file that is shown.
pub const MAX_PATH: usize = 4096;

/// The suffixes of the names of source files.
const SUFFIXES: [&str; 8] = [
    ".py", ".pyc", ".pyi", ".pyw", ".pyx", ".pxd", ".pxi", ".ipynb",
];

/// The first words of names like `<frozen importlib._bootstrap>`, for code without a file.
const NO_FILES: [&str; 8] = [
    "attrs", "console", "doctest", "eval", "frozen", "stdin", "string", "unknown",
];

/// Those of them that are followed by names.
const WITH_PLACES: [&str; 3] = ["attrs", "doctest", "frozen"];

/// Whether a key that is a string is shown, in a dict that is this namespace, or data (`None`).
pub fn shows_key(namespace: Option<Namespace>, key: &str) -> bool {
    match namespace {
        None => false,
        Some(Namespace::Names | Namespace::Environment) => is_name(key),
        Some(Namespace::Modules) => is_dotted_name(key),
    }
}

/// Whether the name of a frame's file could be that of a source file, or one that stands in its
/// place. The name can be any text, because programs pass it to `compile`.
pub fn is_source_file(name: &str) -> bool {
    if !is_short(name, MAX_PATH) || name.chars().any(char::is_control) {
        return false;
    }
    if let Some(words) = name.strip_prefix('<').and_then(|n| n.strip_suffix('>')) {
        let mut words = words.split(' ');
        let Some(first) = words.next().filter(|first| NO_FILES.contains(first)) else {
            return false;
        };
        // The other ones are followed by text of the program.
        return words.all(|word| WITH_PLACES.contains(&first) && is_place(word));
    }
    SUFFIXES.iter().any(|suffix| {
        let start = name.len().checked_sub(suffix.len());
        let end = start.and_then(|start| name.as_bytes().get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
    })
}

/// The label in place of a text with this number of characters.
pub fn text_label(characters: usize) -> String {
    format!("str ({})", counted(characters, "character"))
}

/// The label in place of this number of bytes.
pub fn bytes_label(bytes: usize) -> String {
    format!("bytes ({})", counted(bytes, "byte"))
}

fn is_dotted_name(text: &str) -> bool {
    is_short(text, MAX_NAME) && text.split('.').all(is_identifier)
}

/// A dotted name, perhaps with a number, as in `tests.test_shop[3]`.
fn is_place(text: &str) -> bool {
    let name = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((name, number)) if number.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => text,
    };
    is_dotted_name(name)
}

/// As in "1 byte" or "1,234 bytes".
fn counted(count: usize, what: &str) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3 + what.len() + 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown.push(' ');
    shown.push_str(what);
    if count != 1 {
        shown.push('s');
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMESPACES: [Namespace; 3] =
        [Namespace::Names, Namespace::Modules, Namespace::Environment];

    #[test]
    fn names_are_shown_in_namespaces_alone() {
        for name in ["handler", "_private", "__dict__", "A1", "größe", "名前"] {
            for namespace in NAMESPACES {
                assert!(shows_key(Some(namespace), name), "{name}");
            }
            assert!(!shows_key(None, name), "{name}");
        }
        assert!(shows_key(Some(Namespace::Modules), "xml.etree.ElementTree"));
        assert!(shows_key(Some(Namespace::Modules), "__main__"));
        assert!(!shows_key(Some(Namespace::Names), "xml.etree"));
    }

    #[test]
    fn what_is_no_identifier_is_shown_nowhere() {
        let long = "a".repeat(MAX_NAME + 1);
        for text in [
            "",
            "1a",
            "pass word",
            "hunter-2",
            "ann@example.com",
            "a..b",
            ".a",
            "a.",
            "4111 1111 1111 1111",
            "postgres://u:p@h/d",
            "c2VjcmV0cw==",
            "a\n",
            "a\0",
            "a²",
            "-----BEGIN PRIVATE KEY-----",
            &long,
        ] {
            for namespace in NAMESPACES {
                assert!(!shows_key(Some(namespace), text), "{text:?}");
            }
        }
    }

    #[test]
    fn variables_may_be_the_compilers_own() {
        for name in ["job", ".0", ".type_params", ".generic_base"] {
            assert!(is_variable(name), "{name}");
        }
        for name in ["", ".", "..0", ".a b", ".a@b", "a.b", "1"] {
            assert!(!is_variable(name), "{name}");
        }
    }

    #[test]
    fn functions_may_have_no_name() {
        for name in ["run", "<lambda>", "<module>", "<listcomp>"] {
            assert!(is_function(name), "{name}");
        }
        for name in ["", "<>", "<run", "<a b>", "a b", "a@b"] {
            assert!(!is_function(name), "{name}");
        }
    }

    #[test]
    fn types_have_dotted_names_and_arguments() {
        for name in [
            "int",
            "collections.OrderedDict",
            "app.make.<locals>.Handler",
            "app.models.Response[int]",
            "app.Page[dict[str, list[app.User]], int]",
        ] {
            assert!(is_type(name), "{name}");
        }
        let long = "a".repeat(MAX_NAME + 1);
        for name in [
            "",
            ".",
            "app.",
            "hunter-2",
            "pass word",
            "pass, word",
            "4111 1111 1111 1111",
            "app.Page['ann']",
            "app.Page[int",
            "app.Page[pass word]",
            "[int]",
            &long,
        ] {
            assert!(!is_type(name), "{name:?}");
        }
    }

    #[test]
    fn files_are_those_of_source() {
        for name in [
            "/srv/app/views.py",
            r"C:\app\Main.PYW",
            "my file.py",
            "<string>",
            "<stdin>",
            "<frozen importlib._bootstrap>",
            "<doctest tests.test_shop[12]>",
            "<attrs generated init shop.Item>",
        ] {
            assert!(is_source_file(name), "{name}");
        }
        for name in [
            "",
            "<>",
            "user == 'ann'",
            "<AKIA0000>",
            "<string hunter-2>",
            "<string hunter2>",
            "<eval AKIA0000>",
            "<string 'a'>",
            "<rule ann>",
            "/var/lib/ann@example.com",
            "secret\n.py",
        ] {
            assert!(!is_source_file(name), "{name:?}");
        }
    }

    #[test]
    fn lengths_are_for_people() {
        assert_eq!(text_label(0), "str (0 characters)");
        assert_eq!(text_label(1), "str (1 character)");
        assert_eq!(text_label(999), "str (999 characters)");
        assert_eq!(bytes_label(1), "bytes (1 byte)");
        assert_eq!(bytes_label(1_234_567), "bytes (1,234,567 bytes)");
    }

    proptest! {
        #[test]
        fn data_shows_no_key(key in any::<String>()) {
            prop_assert!(!shows_key(None, &key));
        }

        #[test]
        fn a_key_with_anything_but_letters_and_digits_is_not_shown(
            before in "[a-z_]{0,20}",
            other in "[^a-zA-Z0-9_.\u{80}-\u{10ffff}]",
            after in any::<String>(),
        ) {
            let key = format!("{before}{other}{after}");
            for namespace in NAMESPACES {
                prop_assert!(!shows_key(Some(namespace), &key));
            }
            prop_assert!(!is_variable(&key));
        }

        #[test]
        fn names_of_ascii_are_those_of_python(name in "[a-zA-Z_][a-zA-Z0-9_]{0,199}") {
            prop_assert!(is_name(&name) && is_variable(&name));
            let dotted = format!("a.{}", &name[..name.len().min(190)]);
            prop_assert!(shows_key(Some(Namespace::Modules), &dotted));
        }

        #[test]
        fn a_label_has_the_length_alone(length in any::<usize>()) {
            let label = text_label(length);
            let digits: String = label.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse::<usize>().unwrap(), length);
        }
    }
}
