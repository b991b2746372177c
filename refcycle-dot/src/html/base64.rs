//! Base64 as a stream.

use std::io::{self, Write};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes bytes as base64; [`finish`](Self::finish) writes the padding.
pub(super) struct Base64<W> {
    out: W,
    waiting: [u8; 3],
    count: usize,
}

impl<W: Write> Base64<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            waiting: [0; 3],
            count: 0,
        }
    }

    pub(super) fn push(&mut self, byte: u8) -> io::Result<()> {
        self.waiting[self.count] = byte;
        self.count += 1;
        if self.count < 3 {
            return Ok(());
        }
        self.count = 0;
        self.out.write_all(&letters(self.waiting))
    }

    /// Writes a number as LEB128: seven bits per byte, lowest first; the top bit means that more
    /// bytes follow.
    pub(super) fn number(&mut self, mut number: u64) -> io::Result<()> {
        while number >= 0x80 {
            self.push(number as u8 | 0x80)?;
            number >>= 7;
        }
        self.push(number as u8)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let kept = self.count + 1;
        self.waiting[self.count..].fill(0);
        let mut group = letters(self.waiting);
        group[kept..].fill(b'=');
        self.out.write_all(&group)
    }
}

fn letters([a, b, c]: [u8; 3]) -> [u8; 4] {
    let bits = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
    [18, 12, 6, 0].map(|shift| LETTERS[(bits >> shift & 63) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        let mut base64 = Base64::new(&mut text);
        for &byte in bytes {
            base64.push(byte).unwrap();
        }
        base64.finish().unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
        }
        assert_eq!(encoded(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn numbers_take_seven_bits_a_byte() {
        let mut text = Vec::new();
        let mut base64 = Base64::new(&mut text);
        for number in [0, 127, 128, 300, u64::MAX] {
            base64.number(number).unwrap();
        }
        base64.finish().unwrap();
        let mut expected = vec![0, 127, 0x80, 1, 0xac, 2];
        expected.extend([0xff; 9]);
        expected.push(1);
        assert_eq!(String::from_utf8(text).unwrap(), encoded(&expected));
    }
}
