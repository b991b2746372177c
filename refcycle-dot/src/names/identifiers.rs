//! Which texts can be names in a program. Any other text that stands for a name is data.

/// The most characters of a name that is shown. A name is shown in full or not at all.
pub const MAX_NAME: usize = 200;

/// Whether a text could be the name of an attribute. Outside ASCII, this is stricter than Python:
/// digits, and marks that are not letters (U+094D), are not allowed.
pub fn is_name(text: &str) -> bool {
    is_short(text, MAX_NAME) && is_identifier(text)
}

/// Whether a text could be the name of a variable: an identifier, or a name that the compiler
/// creates (`.0`, `.type_params`).
pub fn is_variable(text: &str) -> bool {
    let own = text.strip_prefix('.');
    is_short(text, MAX_NAME)
        && (is_identifier(text)
            || own.is_some_and(|own| {
                !own.is_empty() && own.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
            }))
}

/// Whether a text could be the name of a function: an identifier, or the name that the compiler
/// gives to code without one (`<lambda>`, `<module>`).
pub fn is_function(text: &str) -> bool {
    let own = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    is_name(own.unwrap_or(text))
}

/// Whether a text could be the name of a type with its module: identifiers separated by dots,
/// functions in which the class is defined (`make.<locals>.Handler`), and arguments of a generic
/// class in brackets (`Response[list[int]]`).
pub fn is_type(text: &str) -> bool {
    let is_dotted = |name: &str| name.split('.').all(is_function);
    let (name, arguments) = match text.find('[') {
        Some(opened) if text.ends_with(']') => (&text[..opened], &text[opened + 1..]),
        Some(_) => return false,
        None => (text, ""),
    };
    let mut arguments = arguments
        .split(['[', ']'])
        .flat_map(|part| part.split(", "));
    is_short(text, MAX_NAME) && is_dotted(name) && arguments.all(|a| a.is_empty() || is_dotted(a))
}

/// Stands for the name of a type that is hidden.
pub const HIDDEN_TYPE: &str = "(type)";

pub(crate) fn is_identifier(text: &str) -> bool {
    let is_letter = |c: char| c == '_' || c.is_alphabetic();
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

pub(crate) fn is_short(text: &str, limit: usize) -> bool {
    text.len() <= limit || text.chars().count() <= limit
}
