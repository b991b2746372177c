//! Titles and fonts of an SVG.

use std::fmt::Write;

use crate::escape::Visible;
use crate::picture::Picture;

/// Adds fonts with the same metrics for systems without Arial.
pub(super) fn with_usual_fonts(svg: &str) -> String {
    svg.replace(
        r#"font-family="Arial""#,
        r#"font-family="Arial,Liberation Sans,Helvetica,sans-serif""#,
    )
}

/// Gives every vertex and edge its full text as a title, which browsers show on hover, and adds
/// fonts with the same metrics for systems without Arial.
pub(super) fn with_titles(svg: &str, picture: &Picture) -> String {
    let svg = with_usual_fonts(svg);
    let mut out = String::with_capacity(svg.len() + svg.len() / 4);
    let mut group = None;
    // Labels are escaped, so no label can look like one of these lines.
    for line in svg.lines() {
        let id = group.take();
        if let Some((id, "</title>")) = id.zip(line.find("</").map(|end| &line[end..]))
            && line.starts_with("<title>")
        {
            if let Some(title) = picture.title(id).filter(|title| !title.is_empty()) {
                // Writing to a string cannot fail.
                let _ = writeln!(out, "<title>{}</title>", Escaped(title));
            }
            continue;
        }
        group = line
            .strip_prefix(r#"<g id=""#)
            .and_then(|rest| rest.split('"').next());
        out += line;
        out.push('\n');
    }
    out
}

/// A text of an SVG.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in Visible(self.0).to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
