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

/// Formats a number of bytes with two significant digits or more, in powers of 1000.
///
/// # Example
/// ```
/// use refcycle_dot::text::size_text;
/// assert_eq!([1, 1234, 56_789].map(size_text), ["1 byte", "1.2 kB", "57 kB"]);
/// ```
pub fn size_text(size: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];

    if size < 1000 {
        return counted(size, "byte", "bytes");
    }
    let mut amount = size as f64 / 1000.0;
    let mut unit = 0;
    // A number that rounds to a thousand gets the next unit.
    while amount >= 999.5 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(amount < 9.95);
    format!("{amount:.digits$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (size, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1234, "1.2 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (12_345_678_901, "12 GB"),
        ] {
            assert_eq!(size_text(size), text);
        }
    }

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
