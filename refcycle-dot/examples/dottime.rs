//! t
use refcycle_dot::*;
fn rng(s: &mut u64) -> u64 {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    *s
}
fn main() {
    for (n, extra) in [
        (300u64, 300u64),
        (400, 450),
        (401, 400),
        (700, 700),
        (1000, 1000),
        (1500, 1500),
        (1500, 3500),
        (200, 3000),
        (1, 0),
    ] {
        let mut b = AnnotatedGraph::builder();
        let mut s = 88172645463325252;
        for i in 0..n {
            b.vertex(i, "object\n__main__.Something");
        }
        for i in 1..n {
            b.edge(i, rng(&mut s) % i, i, Some("item[0]"));
        }
        for i in 0..extra {
            b.edge(
                n + i,
                rng(&mut s) % n,
                rng(&mut s) % n,
                Some("value['name']"),
            );
        }
        let g = b.build().unwrap();
        let t = std::time::Instant::now();
        let r = render(&g, &Format::Svg, &ImageOptions::default());
        println!(
            "{n} v {} e: {:?} {:?}",
            n - 1 + extra,
            t.elapsed(),
            r.map(|v| v.len()).map_err(|e| e.to_string())
        );
    }
    let mut b = AnnotatedGraph::builder();
    b.vertex(1, "emoji 😀 ok ⠿");
    export_image(
        &b.build().unwrap(),
        "/tmp/dotpics/emoji.png",
        None,
        &ImageOptions::default(),
    )
    .unwrap();
}
