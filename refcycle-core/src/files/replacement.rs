//! Files that are replaced atomically.

use std::borrow::ToOwned;
use std::format;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Options of a [`Replacement`]. By default, a new file has the usual permissions, and symbolic
/// links are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplaceOptions {
    /// A new file is readable only by its owner: mode 0600, whatever the umask. Unix only.
    pub private: bool,
    /// The destination must not exist or be a regular file: a symbolic link is an error.
    pub refuse_links: bool,
}

/// A file that is written beside its destination and then moved there. If anything fails, an
/// existing file is unchanged.
///
/// A symbolic link stays a symbolic link. An existing file keeps its permissions, and its owner
/// if this process may set it. Something that is not a regular file (a pipe, a terminal, a
/// device) is written to directly.
///
/// Dropping it removes the unfinished file.
///
/// # Example
/// ```
/// use std::io::Write;
/// use refcycle_core::files::{ReplaceOptions, Replacement};
/// # let path = std::env::temp_dir().join(format!("replacement-{}", std::process::id()));
/// let file = Replacement::begin(&path, ReplaceOptions::default())?;
/// file.write(|out| out.write_all(b"all of it"))?;
/// assert_eq!(std::fs::read(&path)?, b"all of it");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Replacement {
    place: PathBuf,
    old: Option<Metadata>,
    /// `None` if the destination itself is opened and written to.
    beside: Option<Beside>,
}

#[derive(Debug)]
struct Beside {
    file: Option<File>,
    path: Temporary,
}

/// The path of a temporary file, which is removed when this is dropped.
#[derive(Debug)]
struct Temporary(Option<PathBuf>);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // The first failure is the one to report.
            let _ = fs::remove_file(path);
        }
    }
}

impl Replacement {
    /// Creates the empty file beside the destination.
    ///
    /// # Errors
    /// The error of the system: the folder is missing or cannot be written to, or the destination
    /// is a folder or a link that may not be followed.
    pub fn begin(path: impl AsRef<Path>, options: ReplaceOptions) -> io::Result<Self> {
        let path = path.as_ref();
        let (old, place) = what_is_at(path, options)?;
        let Some(old) = old else {
            let beside = Some(create_beside(&place, options)?);
            return Ok(Self {
                place,
                old: None,
                beside,
            });
        };
        if !old.is_file() {
            if old.is_dir() {
                // Report this error instead.
                OpenOptions::new().write(true).open(path)?;
            }
            if options.refuse_links {
                return Err(io::Error::other("not a regular file"));
            }
            return Ok(Self {
                place,
                old: None,
                beside: None,
            });
        }
        let beside = create_beside(&place, options)?;
        if is_planted(&beside, &old, &place, options)? {
            return Err(denied());
        }
        Ok(Self {
            place,
            old: Some(old),
            beside: Some(beside),
        })
    }

    /// Opens a pipe, a terminal or a device now rather than in [`write`](Self::write). A pipe
    /// waits for its reader.
    ///
    /// # Errors
    /// The error of the system.
    pub fn open(&mut self) -> io::Result<()> {
        if self.beside.is_none() {
            let file = OpenOptions::new().write(true).open(&self.place)?;
            self.beside = Some(Beside {
                file: Some(file),
                path: Temporary(None),
            });
        }
        Ok(())
    }

    /// The file beside the destination; `None` if the destination is a pipe, a terminal or a
    /// device, which [`write`](Self::write) opens.
    pub fn file(&self) -> Option<&File> {
        self.beside.as_ref()?.file.as_ref()
    }

    /// Closes the file and leaves it in place, for another process that uses it. Returns its
    /// path.
    pub fn leave(self) -> Option<PathBuf> {
        self.beside?.path.0.take()
    }

    /// Writes the file and moves it to its destination.
    ///
    /// # Errors
    /// The error of `write`, or of the system.
    pub fn write(
        self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(mut beside) = self.beside else {
            let file = OpenOptions::new().write(true).open(&self.place)?;
            return fill(file, write).map(drop);
        };
        let file = beside
            .file
            .take()
            .expect("the file is open until it is written");
        let file = fill(file, write)?;
        if let Some(old) = &self.old {
            take_over(&file, old)?;
        }
        if let Some(temporary) = &beside.path.0 {
            fs::rename(temporary, &self.place)?;
            beside.path.0 = None;
        }
        Ok(())
    }
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

/// The metadata of the destination, if it exists, and its path after resolving all symbolic links.
///
/// It is an error if a link cannot be followed: Linux does not follow a link of another user in a
/// folder like `/tmp`, and neither does this function.
fn what_is_at(path: &Path, options: ReplaceOptions) -> io::Result<(Option<Metadata>, PathBuf)> {
    let Some(found) = if_there(fs::symlink_metadata(path))? else {
        return Ok((None, path.to_owned()));
    };
    if !found.is_symlink() {
        return Ok((Some(found), path.to_owned()));
    }
    if options.refuse_links {
        return Err(io::Error::other(
            "a symbolic link, which is not followed here",
        ));
    }
    let Some(old) = if_there(fs::metadata(path))? else {
        return Ok((None, end_of_links(path)?));
    };
    if !old.is_file() {
        return Ok((Some(old), path.to_owned()));
    }
    let place = fs::canonicalize(path)?;
    if !is_same(&old, &fs::symlink_metadata(&place)?) {
        return Err(io::Error::other(
            "the symbolic link changed while it was followed; try again",
        ));
    }
    Ok((Some(old), place))
}

/// The target of a link to a missing file. The file is created there, as it would be by opening
/// the link.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    /// The limit of Linux.
    const MOST: usize = 40;

    let mut place = path.to_owned();
    for _ in 0..MOST {
        match if_there(fs::symlink_metadata(&place))? {
            Some(found) if found.is_symlink() => {
                let target = fs::read_link(&place)?;
                place = match place.parent() {
                    Some(folder) => folder.join(target),
                    None => target,
                };
            }
            _ => return Ok(place),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn if_there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_one: &Metadata, _other: &Metadata) -> bool {
    true
}

fn denied() -> io::Error {
    match cfg!(unix) {
        true => io::Error::from_raw_os_error(13), // EACCES
        false => io::ErrorKind::PermissionDenied.into(),
    }
}

/// Whether another user may have put a file at the destination in order to receive the data. This
/// is a file of that user that is in a folder where others can create files, or that was not
/// expected. Linux does not open these either.
#[cfg(unix)]
fn is_planted(
    beside: &Beside,
    old: &Metadata,
    place: &Path,
    options: ReplaceOptions,
) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    /// The sticky bit, and write permission for the group or for all.
    const SHARED: u32 = 0o1022;

    let Some(file) = &beside.file else {
        return Ok(false);
    };
    if file.metadata()?.uid() == old.uid() {
        return Ok(false);
    }
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = fs::metadata(folder)?;
    Ok(options.refuse_links || folder.uid() != old.uid() && folder.mode() & SHARED != 0)
}

#[cfg(not(unix))]
fn is_planted(
    _beside: &Beside,
    _old: &Metadata,
    _place: &Path,
    _options: ReplaceOptions,
) -> io::Result<bool> {
    Ok(false)
}

/// Gives a file the permissions of the file that it replaces and, if possible, its owner.
#[cfg(unix)]
fn take_over(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let new = file.metadata()?;
    let mut mode = old.mode() & 0o777;
    if (new.uid(), new.gid()) != (old.uid(), old.gid())
        && fchown(file, Some(old.uid()), Some(old.gid())).is_err()
        && new.gid() != old.gid()
        && fchown(file, None, Some(old.gid())).is_err()
    {
        // A different group gets the permissions of all others.
        mode &= 0o707 | (mode & 0o007) << 3;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn take_over(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

/// A new file in the folder of `place`, with a unique name.
fn create_beside(place: &Path, options: ReplaceOptions) -> io::Result<Beside> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    if place.as_os_str().is_empty() {
        return Err(io::Error::from_raw_os_error(2)); // no such file, on Windows too
    }
    if place.file_name().is_none() || is_folder_name(place) {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "the path names a folder",
        ));
    }
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!(".refcycle-{}-{number}.tmp", std::process::id());
        let temporary = place.with_file_name(name);
        match new_file(&temporary, options.private) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => {
                return Ok(Beside {
                    file: Some(opened?),
                    path: Temporary(Some(temporary)),
                });
            }
        }
    }
}

fn is_folder_name(path: &Path) -> bool {
    let last = path.as_os_str().as_encoded_bytes().last();
    last.is_some_and(|&last| std::path::is_separator(char::from(last)))
}

fn new_file(path: &Path, private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let _ = private;
    options.open(path)
}
