//! A file that stays open, and is read at given places.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::error::DumpError;

/// An open file with a position of its own: copies share the file, but not the position, so that a
/// part of it can be read at any time, by any thread, and by a forked process.
///
/// It is the same file if it is renamed, removed or replaced by another one in the meantime.
#[derive(Clone, Debug)]
pub struct HeldFile {
    file: Arc<Open>,
    position: u64,
    opened: Stamp,
}

/// An open file, which is counted.
#[derive(Debug)]
struct Open(File);

/// The number of open files.
static OPEN: AtomicUsize = AtomicUsize::new(0);

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What changes with the contents of a file.
type Stamp = (u64, Option<SystemTime>);

impl HeldFile {
    /// Opens a file.
    ///
    /// # Errors
    /// That of the system.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::open(path)?;
        let opened = stamp(&file)?;
        OPEN.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            opened,
            file: Arc::new(Open(file)),
            position: 0,
        })
    }

    /// The number of files that are held open. A process can have a limited number of them.
    ///
    /// ```
    /// use refcycle_dot::dump::HeldFile;
    ///
    /// let file = HeldFile::open("Cargo.toml").unwrap();
    /// assert!(HeldFile::number_open() > 0);
    /// # drop(file);
    /// ```
    pub fn number_open() -> usize {
        OPEN.load(Ordering::Relaxed)
    }

    /// An error if the file has been written since it was opened.
    pub(super) fn check_unchanged(&self) -> Result<(), DumpError> {
        match stamp(&self.file.0)? == self.opened {
            true => Ok(()),
            false => Err(DumpError::Changed),
        }
    }
}

fn stamp(file: &File) -> io::Result<Stamp> {
    let facts = file.metadata()?;
    Ok((facts.len(), facts.modified().ok()))
}

impl Read for HeldFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file.0, bytes, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for HeldFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.file.0.metadata()?.len().checked_add_signed(by),
        };
        let outside = || io::Error::from(io::ErrorKind::InvalidInput);
        self.position = position.ok_or_else(outside)?;
        Ok(self.position)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}

#[cfg(not(any(unix, windows)))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    file.read(bytes)
}
