//! Graphs like the web in the order of a crawl.

use super::{Generator, Random};

/// Pages of hosts, a host's pages one after the other. Most links stay within the host and close
/// by, some go to the front pages of other hosts, of which a few are popular. Most pages are in one
/// component; every sixteenth has no link, and every thirty-second is linked by none.
pub(crate) struct Web {
    pub(crate) vertices: u32,
}

impl Generator for Web {
    fn vertices(&self) -> u32 {
        self.vertices
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        let mut random = Random::new(11);
        let mut fronts = vec![0];
        let mut front = 0;
        while front < self.vertices {
            let size = (16 << random.below(8)) + random.below(64);
            let end = front.saturating_add(size).min(self.vertices);
            for v in front..end {
                if v % 16 == 3 {
                    continue;
                }
                if v + 1 < end {
                    put(v, v + 1);
                }
                put(v, front);
                for _ in 0..random.below(10) {
                    let w = front + random.below(end - front);
                    let near = v.saturating_sub(32) + random.below(64);
                    let w = if (front..end).contains(&near) {
                        near
                    } else {
                        w
                    };
                    if w % 32 != 5 {
                        put(v, w);
                    }
                }
                if random.below(4) == 0 {
                    // Of two, the older is more popular.
                    let pick = random.below(fronts.len() as u32);
                    put(v, fronts[random.below(pick + 1) as usize]);
                }
            }
            put(fronts[fronts.len() / 2], front);
            fronts.push(front);
            front = end;
        }
    }
}
