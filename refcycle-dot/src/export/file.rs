//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file beside its place and then moves it there: whatever fails, a file that
/// was there before is as it was.
///
/// A symbolic link stays one, and a file keeps its permissions. What is no file (a pipe,
/// a terminal) is written to as it is.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        // Opening a folder is the error that it should be.
        return fill(OpenOptions::new().write(true).open(path)?, write).map(drop);
    }
    let place = match old {
        Some(_) => fs::canonicalize(path)?,
        None => path.to_owned(),
    };
    let (temporary, file) = create_beside(&place)?;
    let done = fill(file, write)
        .and_then(|file| match &old {
            Some(old) => file.set_permissions(old.permissions()),
            None => Ok(()),
        })
        .and_then(|()| fs::rename(&temporary, &place));
    if done.is_err() {
        // The first failure is the one to tell of.
        let _ = fs::remove_file(&temporary);
    }
    done
}

fn fill(
    file: File,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<File> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()?;
    out.into_inner().map_err(|error| error.into_error())
}

/// A new file in the folder of `place`, with a name that nobody else has.
fn create_beside(place: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    if place.file_name().is_none() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "there is no file name in it",
        ));
    }
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!(".refcycle-{}-{number}.tmp", std::process::id());
        let temporary = place.with_file_name(name);
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return Ok((temporary, opened?)),
        }
    }
}
