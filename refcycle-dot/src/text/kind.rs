//! The kind by which siblings are folded.

/// What an annotation says that a thing is: the class of an object, `function`, `dict`, ...,
/// and `value` for everything that is shown by its value.
///
/// # Example
/// ```
/// use refcycle_dot::text::kind_of;
/// assert_eq!(kind_of("function\ncount"), "function");
/// assert_eq!(kind_of("object\n__main__.Node"), "__main__.Node");
/// assert_eq!(kind_of("dict[4]"), "dict");
/// assert_eq!(kind_of("weakref to id 0x7f00"), "weakref");
/// assert_eq!(kind_of("'dict[4]'"), "value");
/// ```
pub fn kind_of(annotation: &str) -> &str {
    if let Some((first, rest)) = annotation.split_once('\n') {
        return match first {
            "object" => rest.lines().next().unwrap_or(first),
            _ => first,
        };
    }
    if annotation == "frame" {
        return annotation;
    }
    if annotation.starts_with("weakref") {
        return "weakref";
    }
    match annotation.split_once('[') {
        Some((name, count)) if is_name(name) && is_count(count) => name,
        _ => "value",
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_count(text: &str) -> bool {
    let digits = text.strip_suffix(']');
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
