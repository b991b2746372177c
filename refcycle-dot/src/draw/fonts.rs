//! Fonts, and parsing an SVG for rendering as PNG or PDF.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usvg::fontdb::{Database, Source, Stretch, Style, Weight};
use usvg::{FontResolver, Options, Tree};

/// Has the metrics of Arial, which the layout uses to measure labels; see `assets`.
const FONT: &[u8] = include_bytes!("../../assets/Arimo-Regular-subset.ttf");

/// Parses an SVG drawn by an engine.
///
/// # Errors
/// Describes what is wrong with the SVG.
pub(super) fn tree(svg: &str) -> Result<Tree, String> {
    let svg = svg.replace(r#"font-family="Arial""#, r#"font-family="Arimo""#);
    let mut fonts = Database::new();
    fonts.load_font_data(FONT.to_vec());
    let options = Options {
        dpi: 72.0,
        font_family: "Arimo".to_owned(),
        font_resolver: FontResolver {
            select_font: FontResolver::default_font_selector(),
            select_fallback: with_system_fonts(),
        },
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    Tree::from_str(&svg, &options).map_err(|error| error.to_string())
}

/// Returns the characters that neither the embedded font nor any system font contains.
pub(crate) fn without_font(characters: impl Iterator<Item = char>) -> Vec<char> {
    let ours = Source::Binary(Arc::new(FONT));
    let mut fonts = Database::new();
    // The fallback search skips fonts that were already tried, so the font is loaded twice.
    let tried = fonts.load_font_source(ours.clone());
    fonts.load_font_source(ours);
    let mut fonts = Arc::new(fonts);
    let in_ours = FontResolver::default_fallback_selector();
    let in_any = with_system_fonts();
    characters
        .filter(|&c| in_ours(c, &tried, &mut fonts).is_none())
        .collect::<Vec<_>>()
        .into_iter()
        .filter(|&c| in_any(c, &tried, &mut fonts).is_none())
        .collect()
}

/// Looks in the system fonts for characters missing from the embedded font. The system fonts
/// are loaded when the first such character is met.
fn with_system_fonts() -> usvg::FallbackSelectionFn<'static> {
    let select = FontResolver::default_fallback_selector();
    let loaded = AtomicBool::new(false);
    Box::new(move |c, tried, fonts| {
        if !loaded.swap(true, Ordering::Relaxed) {
            load_upright(Arc::make_mut(fonts));
        }
        select(c, tried, fonts)
    })
}

/// Loads the regular faces of the system fonts. The fallback search takes the first face that
/// has a character, even if it is bold, italic or condensed.
fn load_upright(fonts: &mut Database) {
    fonts.load_system_fonts();
    let plain = (Style::Normal, Weight::NORMAL, Stretch::Normal);
    let others: Vec<_> = fonts
        .faces()
        .filter(|face| (face.style, face.weight, face.stretch) != plain)
        .map(|face| face.id)
        .collect();
    for id in others {
        fonts.remove_face(id);
    }
}
