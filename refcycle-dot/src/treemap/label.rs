//! Names of blocks that fit their blocks.

use crate::picture::text_width::width_of_text;

/// A name is cut only if this many characters of it can be seen.
const LEAST: usize = 3;

/// More characters are in no block.
const MOST: usize = 300;

/// What may end the words before the name of something, in the order in which they are left out.
const BEFORE: [&str; 3] = ["), ", " of ", " package "];

/// The room for a text of one line.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// In points.
    pub(super) width: f64,
    pub(super) font: f64,
}

impl Room {
    pub(super) fn fits(self, text: &str) -> bool {
        width_of_text(text) * self.font <= self.width
    }

    pub(super) fn without(self, text: &str) -> Self {
        Self {
            width: self.width - width_of_text(text) * self.font,
            ..self
        }
    }

    /// The name, or what fits of it: the short name, the ends of dotted names from the longest to
    /// the last part, or else the beginning of that. Nothing if fewer than three characters fit.
    pub(super) fn name(self, name: &str, short: &str) -> Option<String> {
        let given = [name, short].into_iter().filter(|text| !text.is_empty());
        let mut ends: Vec<_> = given.map(str::to_owned).collect();
        let last = ends.last()?.clone();
        ends.extend(endings(end_of(&last)));
        let fitting = ends.iter().find(|text| self.fits(text));
        fitting.cloned().or_else(|| self.beginning(ends.last()?))
    }

    /// As much of a text as fits, with an ellipsis. The number of some objects is not cut, since it
    /// would be another one.
    fn beginning(self, text: &str) -> Option<String> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let ends = text.char_indices().map(|(end, _)| end).skip(LEAST);
        let cuts = ends.map(|end| format!("{}…", text[..end].trim_end()));
        cuts.take_while(|cut| self.fits(cut)).last()
    }
}

/// The end of a name that may fit a block. A name from a file has any length, and each of its
/// endings is looked at.
fn end_of(name: &str) -> &str {
    match name.char_indices().nth_back(MOST) {
        Some((start, _)) => &name[start..],
        None => name,
    }
}

/// The endings of a name that say what it is, each shorter than the one before.
fn endings(name: &str) -> Vec<String> {
    // `Tick × 40`.
    if let Some((kind, count)) = name.rsplit_once(" × ") {
        let kinds = dotted_endings(kind);
        let shortest = kinds.last().cloned().unwrap_or_else(|| kind.to_owned());
        let counted = kinds.into_iter().map(|kind| format!("{kind} × {count}"));
        return counted.chain([shortest]).collect();
    }
    // `1,200 smaller objects`, `40 objects nearest to app`.
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        let number = name.split(' ').next().unwrap_or_default();
        return vec![format!("{number} objects")];
    }
    // `globals of app.views`, `local 'job' of frame run at app.py:7`.
    let mut rest = name;
    let mut found = Vec::new();
    for before in BEFORE {
        while let Some((_, end)) = rest.split_once(before)
            && !end.is_empty()
        {
            rest = end;
            found.push(rest.to_owned());
        }
    }
    // `function work at app.py:7`.
    if let Some((kind, end)) = rest.split_once(' ')
        && kind.chars().all(char::is_alphabetic)
        && !end.starts_with('(')
    {
        rest = end;
        found.push(rest.to_owned());
    }
    if let Some((own_name, _)) = rest.split_once(" at ") {
        rest = own_name;
        found.push(rest.to_owned());
    }
    found.extend(dotted_endings(rest));
    found
}

/// `a.b.c`, `b.c` and `c`, without the first.
fn dotted_endings(name: &str) -> Vec<String> {
    // The dots of a key or of a file say nothing.
    let dotted = name.split('[').next().unwrap_or_default();
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || "_<>()".contains(c))
    };
    if !dotted.split('.').all(is_name) {
        return Vec::new();
    }
    let dots = dotted.match_indices('.');
    dots.map(|(dot, _)| name[dot + 1..].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown where about so many average characters fit.
    fn shown(name: &str, short: &str, characters: usize) -> Option<String> {
        let room = Room {
            width: 0.556 * characters as f64,
            font: 1.0,
        };
        room.name(name, short)
    }

    #[test]
    fn the_end_of_a_dotted_name_is_kept() {
        let name = "pandas.core.frame";
        assert_eq!(shown(name, "", 20).as_deref(), Some(name));
        assert_eq!(shown(name, "", 12).as_deref(), Some("core.frame"));
        assert_eq!(shown(name, "", 6).as_deref(), Some("frame"));
        assert_eq!(
            shown("globals of app.views", "", 12).as_deref(),
            Some("app.views")
        );
        assert_eq!(
            shown("globals of app.views", "", 6).as_deref(),
            Some("views")
        );
        assert_eq!(
            shown("object app.Figure", "Figure", 7).as_deref(),
            Some("Figure")
        );
    }

    #[test]
    fn a_name_of_any_length_is_shortened() {
        let name = format!("{}last", "part.".repeat(200_000));
        assert_eq!(shown(&name, "", 9).as_deref(), Some("part.last"));
    }

    #[test]
    fn the_dots_of_keys_and_files_are_no_ends() {
        let name = "linecache.cache['/srv/app.py']";
        assert_eq!(shown(name, "", 20).as_deref(), Some("cache['/srv/app.py']"));
        assert_eq!(shown(name, "", 6).as_deref(), Some("cach…"));
        assert_eq!(shown("/srv/app.py", "", 5).as_deref(), Some("/srv…"));
    }

    #[test]
    fn what_stands_before_a_name_is_left_out_first() {
        let name = "dict (3 items), globals of app.views";
        assert_eq!(shown(name, "", 24).as_deref(), Some("globals of app.views"));
        assert_eq!(
            shown("dict (3 items)", "", 8).as_deref(),
            Some("dict (3 i…")
        );
        let name = "function work at app.py:7";
        assert_eq!(shown(name, "", 18).as_deref(), Some("work at app.py:7"));
        assert_eq!(shown(name, "", 5).as_deref(), Some("work"));
    }

    #[test]
    fn a_name_without_parts_is_cut() {
        assert_eq!(shown("registry", "", 5).as_deref(), Some("regi…"));
        assert_eq!(shown("app.registry", "", 5).as_deref(), Some("regi…"));
        assert_eq!(shown("registry", "", 3), None);
        assert_eq!(shown("", "", 10), None);
    }

    #[test]
    fn a_count_is_whole_or_not_there() {
        assert_eq!(shown("app.Tick × 40", "", 9).as_deref(), Some("Tick × 40"));
        assert_eq!(shown("app.Tick × 40", "", 5).as_deref(), Some("Tick"));
        let name = "1,664 smaller objects";
        assert_eq!(shown(name, "", 14).as_deref(), Some("1,664 objects"));
        assert_eq!(shown(name, "", 8), None);
    }

    #[test]
    fn names_of_other_scripts_are_cut_between_characters() {
        let cut = shown("日本語日本語", "", 8);
        assert_eq!(cut.as_deref(), Some("日本語…"));
    }
}
