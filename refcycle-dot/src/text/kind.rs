//! The kind by which siblings are folded.

use crate::names::ObjectName;

/// The class of an object, by which siblings are folded; `value` if its name does not contain the
/// class.
pub fn class_of(name: ObjectName<&str>) -> &str {
    name.class().unwrap_or("value")
}

/// The class of the object that a label of refcycle 0.3.1 describes; `value` if the text is not
/// such a label. Use it for texts from other sources.
///
/// # Example
/// ```
/// use refcycle_dot::text::kind_of;
/// assert_eq!(kind_of("function\ncount"), "function");
/// assert_eq!(kind_of("object\n__main__.Node"), "__main__.Node");
/// assert_eq!(kind_of("dict[4]"), "dict");
/// assert_eq!(kind_of("weakref to id 0x7f00"), "weakref");
/// assert_eq!(kind_of("'dict[4]'"), "str");
/// assert_eq!(kind_of("my node"), "value");
/// ```
pub fn kind_of(label: &str) -> &str {
    class_of(ObjectName::parse(label))
}
