//! The warning about characters that no font can show.

/// A script, and the package with a font for it.
struct Script {
    name: &'static str,
    /// The package on Debian and Ubuntu that has such a font.
    package: &'static str,
    ranges: &'static [(u32, u32)],
}

const fn script(
    name: &'static str,
    package: &'static str,
    ranges: &'static [(u32, u32)],
) -> Script {
    Script {
        name,
        package,
        ranges,
    }
}

/// The last entry matches every character.
const SCRIPTS: [Script; 8] = [
    script(
        "Chinese, Japanese or Korean",
        "fonts-noto-cjk",
        &[
            (0x1100, 0x11ff),
            (0x2e80, 0x4dbf),
            (0x4e00, 0x9fff),
            (0xa960, 0xa97f),
            (0xac00, 0xd7ff),
            (0xf900, 0xfaff),
            (0xfe30, 0xfe4f),
            (0xff00, 0xffef),
            (0x1b000, 0x1b16f),
            (0x20000, 0x3ffff),
        ],
    ),
    script(
        "emoji",
        "fonts-symbola",
        &[(0x2600, 0x27bf), (0x2b00, 0x2bff), (0x1f000, 0x1faff)],
    ),
    script("Hebrew", CORE, &[(0x0590, 0x05ff), (0xfb1d, 0xfb4f)]),
    script(
        "Arabic",
        CORE,
        &[
            (0x0600, 0x06ff),
            (0x0750, 0x077f),
            (0x0870, 0x08ff),
            (0xfb50, 0xfdff),
            (0xfe70, 0xfefe),
        ],
    ),
    script("scripts of India", CORE, &[(0x0900, 0x0dff)]),
    script("Thai", CORE, &[(0x0e00, 0x0e7f)]),
    script("Georgian", CORE, &[(0x10a0, 0x10ff), (0x1c90, 0x1cbf)]),
    script("other characters", CORE, &[(0, 0x10_ffff)]),
];

/// Covers most scripts in use.
const CORE: &str = "fonts-noto-core";

/// Whether a character is invisible by itself: joiners, marks and selectors.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The warning for one or more characters that no font can show.
pub(super) fn complaint(characters: &[char]) -> String {
    let mut left = characters.to_vec();
    let mut names = Vec::new();
    let mut packages = Vec::new();
    for script in &SCRIPTS {
        let Some(&example) = left.iter().find(|&&c| script.has(c)) else {
            continue;
        };
        left.retain(|&c| !script.has(c));
        let code = example as u32;
        names.push(format!(
            "{} (such as '{example}', U+{code:04X})",
            script.name
        ));
        packages.push(script.package);
    }
    packages.dedup();
    format!(
        "there is no font for {}: the picture shows boxes instead; install a font (on Debian and Ubuntu: \
         {}), or export SVG, which uses the fonts of the viewer",
        names.join(" and for "),
        packages.join(" and "),
    )
}

impl Script {
    fn has(&self, c: char) -> bool {
        let mut ranges = self.ranges.iter();
        ranges.any(|&(first, last)| (first..=last).contains(&(c as u32)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_is_named_once_with_the_package_of_its_font() {
        assert_eq!(
            complaint(&['中', 'の', '한', '＠']),
            "there is no font for Chinese, Japanese or Korean (such as '中', U+4E2D): the picture shows boxes \
             instead; install a font (on Debian and Ubuntu: fonts-noto-cjk), or export SVG, which \
             uses the fonts of the viewer"
        );
        let several = complaint(&['\u{1f600}', '中', '\u{12000}', 'ก']);
        assert!(
            several.contains(
                "(such as '中', U+4E2D) and for emoji (such as '\u{1f600}', U+1F600) and for Thai \
                 (such as 'ก', U+0E01) and for other characters (such as '\u{12000}', U+12000): the"
            ),
            "{several}"
        );
        assert!(several.contains("fonts-noto-cjk and fonts-symbola and fonts-noto-core)"));
    }
}
