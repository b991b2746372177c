//! Any text as a key, a variable or the name of a file: a redacted dump shows only texts in the
//! form of an identifier or of the path of a source file, and only the length of any other text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_dot::dump::redaction::{
    MAX_NAME, MAX_PATH, Namespace, bytes_label, is_name, is_source_file, is_variable, shows_key,
    text_label,
};

fuzz_target!(|text: &str| {
    let length = text.chars().count();
    let is_word = |text: &str| {
        let mut letters = text.chars();
        letters
            .next()
            .is_some_and(|c| c == '_' || c.is_alphabetic())
            && letters.all(|c| c == '_' || c.is_alphabetic() || c.is_ascii_digit())
    };
    let is_identifier = length <= MAX_NAME && is_word(text);
    assert!(!shows_key(None, text));
    assert_eq!(is_name(text), is_identifier);
    for namespace in [Namespace::Names, Namespace::Environment] {
        assert_eq!(shows_key(Some(namespace), text), is_identifier);
    }
    let is_dotted = length <= MAX_NAME && text.split('.').all(is_word);
    assert_eq!(shows_key(Some(Namespace::Modules), text), is_dotted);
    if is_variable(text) && !is_identifier {
        let own = text
            .strip_prefix('.')
            .expect("the compiler's own names start with a point");
        assert!(own.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()));
    }
    if is_source_file(text) {
        assert!(length <= MAX_PATH && !text.contains(char::is_control));
        assert!(text.ends_with('>') || text.rsplit_once('.').is_some());
    }
    // The replacement of a text contains only its length.
    let digits = |label: &str| {
        label
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    assert_eq!(digits(&text_label(length)), length.to_string());
    assert_eq!(digits(&bytes_label(text.len())), text.len().to_string());
});
