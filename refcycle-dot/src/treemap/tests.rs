use super::layout::{Rect, icicle, treemap};
use super::*;

const WHOLE: Rect = Rect {
    x: 0.0,
    y: 0.0,
    width: 100.0,
    height: 60.0,
};

fn blocks(sizes: &[u64]) -> Block {
    let mut root = Block::new("all", sizes.iter().sum());
    root.parts = (0..)
        .zip(sizes)
        .map(|(number, &size): (u32, _)| Block::new(format!("block {number}"), size))
        .collect();
    root
}

#[test]
fn areas_are_sizes() {
    let root = blocks(&[6, 6, 4, 3, 2, 2, 1]);
    let placed = treemap(&root, WHOLE);
    assert_eq!(placed.len(), 8);
    for place in &placed[1..] {
        let area = place.rect.width * place.rect.height;
        let share = place.block.size as f64 / 24.0;
        assert!((area / 6000.0 - share).abs() < 1e-9, "{}", place.block.name);
        let ratio = place.rect.width / place.rect.height;
        assert!((0.3..3.4).contains(&ratio), "{ratio}");
    }
}

#[test]
fn blocks_do_not_overlap_and_are_inside() {
    let sizes: Vec<_> = (1..60).map(|n| n * n).collect();
    let root = blocks(&sizes);
    let placed = treemap(&root, WHOLE);
    for (number, one) in placed.iter().enumerate().skip(1) {
        let rect = one.rect;
        assert!(rect.x >= -1e-9 && rect.x + rect.width <= 100.0 + 1e-9);
        assert!(rect.y >= -1e-9 && rect.y + rect.height <= 60.0 + 1e-9);
        for other in &placed[number + 1..] {
            let wide = (rect.x + rect.width).min(other.rect.x + other.rect.width)
                - rect.x.max(other.rect.x);
            let high = (rect.y + rect.height).min(other.rect.y + other.rect.height)
                - rect.y.max(other.rect.y);
            assert!(
                wide < 1e-6 || high < 1e-6,
                "{} and {}",
                one.block.name,
                other.block.name
            );
        }
    }
}

#[test]
fn what_a_block_has_itself_is_free() {
    let mut root = blocks(&[25, 25]);
    root.size = 100;
    let placed = treemap(&root, WHOLE);
    let used: f64 = placed[1..]
        .iter()
        .map(|place| place.rect.width * place.rect.height)
        .sum();
    assert!((used - 3000.0).abs() < 1e-6);
}

#[test]
fn widths_of_an_icicle_are_sizes() {
    let mut root = blocks(&[30, 60, 10]);
    root.parts[1].parts = vec![Block::new("inner", 15)];
    let (placed, rows) = icicle(&root, WHOLE);
    assert_eq!(rows, 3);
    let found = |name: &str| {
        let place = placed
            .iter()
            .find(|place| place.block.name == name)
            .unwrap();
        (place.rect.x, place.rect.width, place.depth)
    };
    assert_eq!(found("all"), (0.0, 100.0, 0));
    assert_eq!(found("block 1"), (0.0, 60.0, 1));
    assert_eq!(found("inner"), (0.0, 15.0, 2));
    assert_eq!(found("block 0"), (60.0, 30.0, 1));
}

#[test]
fn names_sizes_and_titles_are_written() {
    let mut root = blocks(&[750_000, 250_000]);
    root.parts[0].name = "dict (3 items), <app>.cache".to_owned();
    root.parts[0].count = 1200;
    for form in [Form::Treemap, Form::Icicle] {
        let options = TreemapOptions {
            form,
            ..TreemapOptions::default()
        };
        let svg = to_svg(&root, &options);
        assert!(svg.contains(
            "<title>dict (3 items), &lt;app&gt;.cache\n750 kB (75 %) in 1,200 objects</title>"
        ));
        assert!(svg.contains(">all: 1.0 MB</text>"), "{svg}");
        assert!(svg.contains("750 kB</text>"));
        assert_eq!(
            svg.matches("class=\"block\"").count(),
            2 + usize::from(form == Form::Icicle)
        );
    }
}

#[test]
fn nothing_is_no_objects() {
    for form in [Form::Treemap, Form::Icicle] {
        let options = TreemapOptions {
            form,
            title: "empty".to_owned(),
            ..TreemapOptions::default()
        };
        assert!(to_svg(&Block::default(), &options).contains(">no objects</text>"));
    }
}
