//! Counts as people read them.

/// Formats a number with commas between thousands.
///
/// # Example
/// ```
/// assert_eq!(refcycle_dot::text::grouped(1234567), "1,234,567");
/// ```
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a count with its noun in the singular or plural.
///
/// # Example
/// ```
/// use refcycle_dot::text::counted;
/// assert_eq!(counted(1, "vertex", "vertices"), "1 vertex");
/// assert_eq!(counted(3435, "vertex", "vertices"), "3,435 vertices");
/// ```
pub fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_commas() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
