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
    let (placed, rows) = icicle(
        &root,
        Rect {
            width: 1000.0,
            ..WHOLE
        },
    );
    assert_eq!(rows, 3);
    let found = |name: &str| {
        let place = placed
            .iter()
            .find(|place| place.block.name == name)
            .unwrap();
        (place.rect.x, place.rect.width, place.depth)
    };
    assert_eq!(found("all"), (0.0, 1000.0, 0));
    assert_eq!(found("block 1"), (0.0, 600.0, 1));
    assert_eq!(found("inner"), (0.0, 150.0, 2));
    assert_eq!(found("block 0"), (600.0, 300.0, 1));
}

/// The names of the blocks of an icicle picture, row by row from the left.
fn rows_of(root: &Block) -> Vec<Vec<String>> {
    let (mut placed, rows) = icicle(root, WHOLE);
    placed.sort_by(|one, other| one.rect.x.total_cmp(&other.rect.x));
    let in_row = |row| placed.iter().filter(move |place| place.depth == row);
    (0..rows)
        .map(|row| in_row(row).map(|place| place.block.name.clone()).collect())
        .collect()
}

fn of_kind(kind: &str, size: u64, parts: Vec<Block>) -> Block {
    Block {
        kind: kind.to_owned(),
        count: 1,
        parts,
        ..Block::new(format!("object {kind}"), size)
    }
}

#[test]
fn thin_blocks_of_a_kind_are_one_and_so_are_their_parts() {
    let mut root = Block::new("all", 100);
    let tick = || of_kind("Tick", 1, vec![of_kind("Line", 1, Vec::new())]);
    root.parts = (0..40).map(|_| tick()).collect();
    root.parts.push(of_kind("Axis", 60, Vec::new()));
    let expected = [
        vec!["all"],
        vec!["object Axis", "Tick × 40"],
        vec!["Line × 40"],
    ];
    assert_eq!(rows_of(&root), expected);
    let (placed, _) = icicle(&root, WHOLE);
    let ticks = placed.iter().find(|place| place.block.name == "Tick × 40");
    let ticks = ticks.unwrap();
    assert_eq!((ticks.rect.x, ticks.rect.width), (60.0, 40.0));
    assert_eq!((ticks.block.size, ticks.block.count), (40, 40));
}

#[test]
fn wide_blocks_of_a_kind_are_drawn_one_by_one() {
    let mut root = Block::new("all", 100);
    root.parts = (0..2).map(|_| of_kind("Figure", 50, Vec::new())).collect();
    assert_eq!(rows_of(&root)[1], ["object Figure", "object Figure"]);
}

#[test]
fn thin_blocks_of_many_kinds_are_the_others() {
    let mut root = Block::new("all", 100);
    root.parts = (0..10)
        .map(|kind| of_kind(&format!("Kind{kind}"), 2, Vec::new()))
        .collect();
    root.parts.push(of_kind("Axis", 80, Vec::new()));
    assert_eq!(rows_of(&root)[1], ["object Axis", "10 other objects"]);
    // Those that can be pointed at are blocks of their own, without names.
    root.parts[0].size = 6;
    root.size = 104;
    let (placed, _) = icicle(
        &root,
        Rect {
            width: 104.0,
            ..WHOLE
        },
    );
    let place = placed
        .iter()
        .find(|place| place.block.name == "object Kind0");
    assert_eq!(place.map(|place| place.rect.width), Some(6.0));
    // One alone keeps its name.
    root.parts.drain(..9);
    assert_eq!(rows_of(&root)[1], ["object Axis", "object Kind9"]);
}

#[test]
fn a_group_stands_for_its_objects() {
    let mut root = Block::new("all", 100);
    root.parts = (0..3)
        .map(|_| Block {
            objects: 5,
            ..of_kind("Tick", 30, Vec::new())
        })
        .collect();
    assert_eq!(rows_of(&root)[1], ["Tick × 15"]);
}

#[test]
fn the_short_name_is_for_little_room() {
    let mut root = blocks(&[90, 10]);
    for part in &mut root.parts {
        part.name = "object matplotlib.figure.Figure".to_owned();
        part.short = "Figure".to_owned();
    }
    let svg = to_svg(&root, &TreemapOptions::default());
    assert!(svg.contains(">object matplotlib.figure.Figure</text>"));
    assert!(svg.contains(">Figure</text>"));
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
