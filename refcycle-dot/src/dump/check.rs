//! Checks whether a file is consistent with its own claims, before any of them is trusted.
//! The sizes of compressed data are claims. They are added up first, so that a small file cannot
//! request the memory of a large one.

use std::io::{Read, Seek, SeekFrom};
use std::ops::{Range, RangeInclusive};

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::{Block, Footer, MessageHeader, RecordBatch, root_as_footer, root_as_message};
use arrow_schema::Schema;

use super::error::DumpError;

const MAGIC: &[u8; 6] = b"ARROW1";
/// The length of the footer and the magic number.
const TRAILER: u64 = 4 + 6;
/// The places at which the first part may start: zeros follow the magic number.
const STARTS: RangeInclusive<u64> = 8..=64;
/// A marker, and the length of the head of a part.
const HEAD: u64 = 8;
/// The word before a buffer says how large it is uncompressed, or is this value.
const NOT_COMPRESSED: i64 = -1;
/// No dump compresses this many bytes into one, except small dumps.
const MOST_PACKED: u64 = 1000;
const SMALL: u64 = 16 << 20;
const LIES: &str = "it states a wrong column size";
const MOST_METADATA: u64 = 256 << 20;

/// The claims of a file about itself.
pub(super) struct Outline {
    pub(super) schema: Schema,
    pub(super) rows: u64,
    /// The total bytes of all columns.
    pub(super) unpacked: u64,
    /// The parts of the rows: how many each has, and the bytes of its columns.
    pub(super) parts: Vec<(u64, u64)>,
    /// The number of texts in the dictionaries of the columns.
    pub(super) texts: u64,
    /// Where the whole parts of a file are that was cut off; `None` for a whole file.
    pub(super) whole_parts: Option<Range<u64>>,
}

impl Outline {
    fn new(schema: Schema) -> Self {
        Self {
            schema,
            rows: 0,
            unpacked: 0,
            parts: Vec::new(),
            texts: 0,
            whole_parts: None,
        }
    }
}

/// Checks a file; a `partial` one may have been cut off.
pub(super) fn outline<R: Read + Seek>(file: &mut R, partial: bool) -> Result<Outline, DumpError> {
    let length = file.seek(SeekFrom::End(0))?;
    if length < MAGIC.len() as u64 + 2 + TRAILER {
        return Err(DumpError::malformed("it is too short"));
    }
    file.rewind()?;
    if read(file, MAGIC.len() as u64)? != MAGIC {
        return Err(DumpError::malformed(
            "it does not begin like an Apache Arrow file",
        ));
    }
    file.seek(SeekFrom::Start(length - TRAILER))?;
    let trailer = read(file, TRAILER)?;
    if &trailer[4..] != MAGIC {
        return match partial {
            true => outline_of_parts(file, length),
            false => Err(DumpError::CutOff),
        };
    }
    let footer_length = u64::from(u32::from_le_bytes([
        trailer[0], trailer[1], trailer[2], trailer[3],
    ]));
    let Some(start) = (length - TRAILER)
        .checked_sub(footer_length)
        .filter(|_| footer_length < MOST_METADATA)
    else {
        return Err(DumpError::malformed("its footer is larger than the file"));
    };
    file.seek(SeekFrom::Start(start))?;
    let footer = read(file, footer_length)?;
    let footer = root_as_footer(&footer)
        .map_err(|error| DumpError::malformed(format!("its footer: {error}")))?;
    let schema = schema_of(&footer)?;
    let mut outline = Outline::new(schema);
    for block in footer.dictionaries().into_iter().flatten() {
        see_texts(file, block, length, &mut outline)?;
    }
    for block in footer.recordBatches().into_iter().flatten() {
        see_rows(file, block, length, &mut outline)?;
    }
    check_unpacked(&outline, length)?;
    file.rewind()?;
    Ok(outline)
}

/// Looks at the parts of a file without a footer one after the other, as far as they are whole.
fn outline_of_parts<R: Read + Seek>(file: &mut R, length: u64) -> Result<Outline, DumpError> {
    let first = first_part(file)?;
    let mut start = first;
    let mut outline: Option<Outline> = None;
    while let Some((block, head)) = part_at(file, start, length)? {
        let message = root_as_message(&head);
        let Ok(message) = message else {
            break;
        };
        match (&mut outline, message.header_type()) {
            (None, MessageHeader::Schema) => {
                let schema = message.header_as_schema();
                let schema = schema.ok_or_else(|| DumpError::malformed("it has no schema"))?;
                outline = Some(Outline::new(try_fb_to_schema(schema)?));
            }
            (Some(outline), MessageHeader::DictionaryBatch) => {
                see_texts(file, &block, length, outline)?;
            }
            (Some(outline), MessageHeader::RecordBatch) => {
                see_rows(file, &block, length, outline)?;
            }
            _ => break,
        }
        start += block.metaDataLength() as u64 + block.bodyLength() as u64;
    }
    let outline = outline.filter(|outline| outline.rows > 0);
    let mut outline = outline.ok_or_else(nothing_whole)?;
    outline.whole_parts = Some(first..start);
    check_unpacked(&outline, length)?;
    file.rewind()?;
    Ok(outline)
}

/// Where the first part starts: at the first word that is not 0, as long as the writer's alignment
/// allows.
fn first_part<R: Read + Seek>(file: &mut R) -> Result<u64, DumpError> {
    file.seek(SeekFrom::Start(*STARTS.start()))?;
    for start in STARTS.step_by(8) {
        if read(file, 8)? != [0; 8] {
            return Ok(start);
        }
    }
    Err(nothing_whole())
}

fn nothing_whole() -> DumpError {
    DumpError::malformed("it is cut off before the end of its first part of some 130,000 objects")
}

/// The part that starts at a place, and its head without the length; `None` at the end, and where
/// the part is not whole.
fn part_at<R: Read + Seek>(
    file: &mut R,
    start: u64,
    length: u64,
) -> Result<Option<(Block, Vec<u8>)>, DumpError> {
    let missing = length.saturating_sub(start);
    if missing < HEAD {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(start))?;
    let words = read(file, HEAD)?;
    let head = u64::from(u32::from_le_bytes([words[4], words[5], words[6], words[7]]));
    if words[..4] != [0xff; 4] || !(1..MOST_METADATA.min(missing - HEAD + 1)).contains(&head) {
        return Ok(None);
    }
    let head = read(file, head)?;
    let body = root_as_message(&head).map_or(-1, |message| message.bodyLength());
    let whole = HEAD + head.len() as u64;
    match u64::try_from(body) {
        Ok(body) if body <= missing - whole => {
            let block = Block::new(start as i64, whole as i32, body as i64);
            Ok(Some((block, head)))
        }
        _ => Ok(None),
    }
}

fn see_texts<R: Read + Seek>(
    file: &mut R,
    block: &Block,
    length: u64,
    outline: &mut Outline,
) -> Result<(), DumpError> {
    let texts = see_block(file, block, length, outline)?;
    outline.texts = outline.texts.saturating_add(texts);
    Ok(())
}

fn see_rows<R: Read + Seek>(
    file: &mut R,
    block: &Block,
    length: u64,
    outline: &mut Outline,
) -> Result<(), DumpError> {
    let before = outline.unpacked;
    let rows = see_block(file, block, length, outline)?;
    outline.parts.push((rows, outline.unpacked - before));
    let all = outline.rows.checked_add(rows);
    outline.rows = all.ok_or_else(|| DumpError::malformed(LIES))?;
    Ok(())
}

fn check_unpacked(outline: &Outline, length: u64) -> Result<(), DumpError> {
    if outline.unpacked > length.saturating_mul(MOST_PACKED).max(SMALL) {
        return Err(DumpError::malformed(format!(
            "it claims to hold {} bytes in {length}",
            outline.unpacked
        )));
    }
    Ok(())
}

fn schema_of(footer: &Footer<'_>) -> Result<Schema, DumpError> {
    let schema = footer
        .schema()
        .ok_or_else(|| DumpError::malformed("it has no schema"))?;
    Ok(try_fb_to_schema(schema)?)
}

fn read<R: Read>(file: &mut R, length: u64) -> Result<Vec<u8>, DumpError> {
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(DumpError::malformed("it is cut off"));
    }
    Ok(bytes)
}

/// Adds up the claims of a part; returns its rows.
fn see_block<R: Read + Seek>(
    file: &mut R,
    block: &Block,
    length: u64,
    outline: &mut Outline,
) -> Result<u64, DumpError> {
    let outside = || DumpError::malformed("a part of it is outside the file");
    let start = u64::try_from(block.offset()).map_err(|_| outside())?;
    let head = u64::try_from(block.metaDataLength()).map_err(|_| outside())?;
    let body = u64::try_from(block.bodyLength()).map_err(|_| outside())?;
    let end = start
        .checked_add(head)
        .and_then(|end| end.checked_add(body));
    if end.is_none_or(|end| end > length) || !(8..=MOST_METADATA).contains(&head) {
        return Err(outside());
    }
    file.seek(SeekFrom::Start(start))?;
    let head_bytes = read(file, head)?;
    // A marker and the length of the message, or in old files only the length.
    let message = match head_bytes[..4] == [0xff; 4] {
        true => &head_bytes[8..],
        false => &head_bytes[4..],
    };
    let message = root_as_message(message)
        .map_err(|error| DumpError::malformed(format!("a part of it: {error}")))?;
    if u64::try_from(message.bodyLength()).ok() != Some(body) {
        return Err(outside());
    }
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message
            .header_as_dictionary_batch()
            .and_then(|dictionary| dictionary.data()),
        _ => None,
    };
    let batch = batch.ok_or_else(|| DumpError::malformed("a part of it has an unknown kind"))?;
    see_batch(file, &batch, start + head, body, outline)
}

fn see_batch<R: Read + Seek>(
    file: &mut R,
    batch: &RecordBatch<'_>,
    start: u64,
    body: u64,
    outline: &mut Outline,
) -> Result<u64, DumpError> {
    let lies = || DumpError::malformed(LIES);
    let rows = u64::try_from(batch.length()).map_err(|_| lies())?;
    for node in batch.nodes().into_iter().flatten() {
        if u64::try_from(node.length()).is_err() || u64::try_from(node.null_count()).is_err() {
            return Err(lies());
        }
    }
    for buffer in batch.buffers().into_iter().flatten() {
        let offset = u64::try_from(buffer.offset()).map_err(|_| lies())?;
        let length = u64::try_from(buffer.length()).map_err(|_| lies())?;
        if offset.checked_add(length).is_none_or(|end| end > body) {
            return Err(lies());
        }
        let mut unpacked = length;
        if batch.compression().is_some() && length > 0 {
            if length < 8 {
                return Err(lies());
            }
            file.seek(SeekFrom::Start(start + offset))?;
            let mut word = [0; 8];
            file.read_exact(&mut word)?;
            let claim = i64::from_le_bytes(word);
            if claim != NOT_COMPRESSED {
                unpacked = u64::try_from(claim).map_err(|_| lies())?;
            }
        }
        outline.unpacked = outline.unpacked.checked_add(unpacked).ok_or_else(lies)?;
    }
    Ok(rows)
}
