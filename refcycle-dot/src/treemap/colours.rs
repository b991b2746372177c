//! The colours of blocks: a hue for each part of the root, paler the deeper a block is.

use crate::picture::Theme;

/// Hues that are far from each other, in degrees; the first ones also for the colour-blind.
const HUES: [f64; 8] = [210.0, 32.0, 150.0, 280.0, 52.0, 0.0, 185.0, 320.0];

/// The fill of a block. The root has that of the background.
pub(super) fn fill(theme: Theme, branch: usize, depth: usize) -> String {
    let hue = HUES[branch % HUES.len()];
    let depth = depth.min(6) as f64;
    match theme {
        _ if depth == 0.0 => background(theme).to_owned(),
        Theme::Light => hex(hue, 0.5, 0.76 + 0.035 * (depth - 1.0)),
        Theme::Dark => hex(hue, 0.35, 0.34 - 0.03 * (depth - 1.0)),
    }
}

pub(super) fn background(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "#ffffff",
        Theme::Dark => "#16181d",
    }
}

pub(super) fn text(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "#1a1a1a",
        Theme::Dark => "#f0f0f0",
    }
}

/// The outline of blocks.
pub(super) fn line(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "#8a8a8a",
        Theme::Dark => "#0b0c0f",
    }
}

/// A colour by hue, saturation and lightness, as `#rrggbb`.
fn hex(hue: f64, saturation: f64, lightness: f64) -> String {
    let strength = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let place = (offset + hue / 30.0) % 12.0;
        let value = lightness - strength * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    let [red, green, blue] = [0.0, 8.0, 4.0].map(channel);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_their_hues() {
        assert_eq!(hex(0.0, 1.0, 0.5), "#ff0000");
        assert_eq!(hex(120.0, 1.0, 0.5), "#00ff00");
        assert_eq!(hex(240.0, 1.0, 0.25), "#000080");
        assert_eq!(hex(77.0, 0.0, 1.0), "#ffffff");
    }
}
