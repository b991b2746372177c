//! Recursive matrices: a few vertices have very many edges, and most have few.

use super::{Generator, Random};

/// R-MAT (Chakrabarti, Zhan, Faloutsos 2004) with a = 0.57, b = c = 0.19 and d = 0.05, 16 edges
/// per vertex.
pub(crate) struct RMat {
    pub(crate) scale: u32,
}

impl Generator for RMat {
    fn vertices(&self) -> u32 {
        1 << self.scale
    }

    fn each_edge(&self, put: &mut dyn FnMut(u32, u32)) {
        // Thresholds for 16-bit numbers: one random number serves four levels of the recursion.
        const A: u64 = (0.57 * 65536.0) as u64;
        const B: u64 = (0.76 * 65536.0) as u64;
        const C: u64 = (0.95 * 65536.0) as u64;
        let mut random = Random::new(3);
        for _ in 0..16_u64 << self.scale {
            let (mut tail, mut head) = (0, 0);
            let mut bits = 0;
            for level in 0..self.scale {
                if level % 4 == 0 {
                    bits = random.next();
                }
                let part = bits & 0xffff;
                bits >>= 16;
                // Without branches, which no processor could predict.
                let down = u32::from(part >= B);
                let right = u32::from(part >= A) - down + u32::from(part >= C);
                tail = tail << 1 | down;
                head = head << 1 | right;
            }
            put(tail, head);
        }
    }
}
