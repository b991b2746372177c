//! The colours of the themes.
//!
//! Fills differ in lightness as well as in hue. The strong colours are from the palette of
//! Okabe and Ito, which is made for all forms of colour vision. Every meaning of a colour is also
//! expressed by a shape or a line width.

use super::kind::Kind;
use super::style::Theme;

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) background: &'static str,
    pub(crate) text: &'static str,
    pub(crate) outline: &'static str,
    pub(crate) edge: &'static str,
    pub(crate) edge_text: &'static str,
    /// An edge on a shortest cycle.
    pub(crate) cycle: &'static str,
    pub(crate) frame: &'static str,
    pub(crate) frame_line: &'static str,
    /// The outline of the target, and references to cut.
    pub(crate) target: &'static str,
    fills: [&'static str; 8],
}

const LIGHT: Palette = Palette {
    background: "#ffffff",
    text: "#1a1a1a",
    outline: "#555555",
    edge: "#6b6b6b",
    edge_text: "#404040",
    cycle: "#d55e00",
    frame: "#fdf6e8",
    frame_line: "#d9b26a",
    target: "#c1121f",
    fills: [
        "#ffe9a3", "#cdeac6", "#e3d8f2", "#fbd3b8", "#cfe2f7", "#ffffff", "#ececec", "#ffffff",
    ],
};

const DARK: Palette = Palette {
    background: "#16181d",
    text: "#f0f0f0",
    outline: "#9aa0aa",
    edge: "#8a909a",
    edge_text: "#c4c8cf",
    cycle: "#ff9d4d",
    frame: "#241f16",
    frame_line: "#8a6d36",
    target: "#ff4560",
    fills: [
        "#5c4b10", "#1f4d2a", "#44346a", "#6b3a1c", "#1d446b", "#2a2d34", "#3a3d44", "#16181d",
    ],
};

impl Palette {
    pub(crate) fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    pub(crate) fn fill(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Stub => self.background,
            kind => self.fills[kind as usize],
        }
    }
}
