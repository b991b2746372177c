//! Text of bounded length.

use std::borrow::Cow;

/// The first `most` characters of a text, followed by an ellipsis if there are more.
///
/// # Example
/// ```
/// use refcycle_dot::text::shortened;
/// assert_eq!(shortened("name", 4), "name");
/// assert_eq!(shortened("names", 4), "name…");
/// ```
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
