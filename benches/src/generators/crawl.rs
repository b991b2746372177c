//! Graphs like the web in the order of a crawl, with nearly all pages in one component.

use super::{Generator, Random};

/// Pages of hosts, a host's pages one after the other and the hosts in the order in which they
/// were found. Seven links in eight stay within the host, most of them close by; the others go to
/// pages of earlier hosts, of which the oldest are popular. A page in sixteen links only to the
/// pages that it led to, and so 98 % of the pages are in one component.
pub(crate) struct Crawl {
    pub(crate) vertices: u32,
}

/// The mean number of links of a page.
const LINKS: u32 = 12;

impl Generator for Crawl {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(21);
        let mut front = 0;
        while front < self.vertices {
            let size = (32 << random.below(7)) + random.below(100);
            let end = front.saturating_add(size).min(self.vertices);
            // The page on which the host was found.
            put(random.below(front + 1), front);
            for v in front..end {
                // The page on which this one was found.
                if v > front {
                    put(v - 1 - random.below((v - front).min(16)), v);
                }
                if v % 16 == 15 {
                    continue;
                }
                put(v, front);
                for _ in 0..random.below(2 * (LINKS - 2)) {
                    let w = match random.below(8) {
                        0 => {
                            let older = random.below(front + 1);
                            random.below(older + 1)
                        }
                        1..4 => front + random.below(end - front),
                        _ => (v.saturating_sub(32) + random.below(64)).clamp(front, end - 1),
                    };
                    put(v, w);
                }
            }
            front = end;
        }
    }
}
