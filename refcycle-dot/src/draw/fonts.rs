//! An SVG as the tree of shapes and texts that PNG and PDF are made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use usvg::fontdb::{Database, Source, Stretch, Style, Weight};
use usvg::{FontResolver, Options, Tree};

/// Metrically equal to the Arial with which labels were measured; see `assets`.
const FONT: &[u8] = include_bytes!("../../assets/Arimo-Regular-subset.ttf");

/// Reads an SVG that an engine drew.
///
/// # Errors
/// What is wrong with the SVG.
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

/// Those characters that neither our font nor any of the system has.
pub(crate) fn without_font(characters: impl Iterator<Item = char>) -> Vec<char> {
    let ours = Source::Binary(Arc::new(FONT));
    let mut fonts = Database::new();
    // A search for another font passes over those that were tried: hence a second copy.
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

/// Looks for a character that our font lacks in the fonts of the system. They are
/// loaded when the first such character comes.
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

/// Loads the system's fonts, but none that is bold, slanted or narrow: any face that has
/// a character would be taken for it.
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
