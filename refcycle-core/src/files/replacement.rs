//! Files that are there whole or not at all.

use std::borrow::ToOwned;
use std::format;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// How a [`Replacement`] treats its place. The default: a new file has the permissions that
/// the system gives to new files, and symbolic links are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplaceOptions {
    /// A new file is for its owner alone: mode 0600, whatever the umask. Unix only.
    pub private: bool,
    /// A symbolic link in the place is an error, and so is everything else but a file.
    pub refuse_links: bool,
}

/// A file that is written beside its place and then moved there. Whatever fails, a file that
/// was there before is as it was.
///
/// A symbolic link stays one. A file keeps its permissions, and its
/// owner where this process may give files away. What is no file (a pipe, a terminal, a
/// device) is written to as it is.
///
/// Dropping it removes what was written beside the place.
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
    /// `None` where the place itself is opened and written to.
    beside: Option<Beside>,
}

#[derive(Debug)]
struct Beside {
    file: Option<File>,
    path: Temporary,
}

/// The path of a file that is removed with this.
#[derive(Debug)]
struct Temporary(Option<PathBuf>);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // The first failure is the one to tell of.
            let _ = fs::remove_file(path);
        }
    }
}

impl Replacement {
    /// Makes the file beside the place, empty.
    ///
    /// # Errors
    /// What the system says: the folder is missing or cannot be written, the place is a
    /// folder, or a link that may not be followed.
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
                // This is the error that it should be.
                OpenOptions::new().write(true).open(path)?;
            }
            if options.refuse_links {
                return Err(io::Error::other("it is no regular file"));
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

    /// Opens a pipe, a terminal or a device now, and not when it is written. A pipe waits for
    /// its reader.
    ///
    /// # Errors
    /// What the system says.
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

    /// The file beside the place; `None` where the place is a pipe, a terminal or a device,
    /// which [`write`](Self::write) opens.
    pub fn file(&self) -> Option<&File> {
        self.beside.as_ref()?.file.as_ref()
    }

    /// Closes the file and leaves it where it is, for another process that has it too. Gives
    /// its path.
    pub fn leave(self) -> Option<PathBuf> {
        self.beside?.path.0.take()
    }

    /// Writes the file and moves it into its place.
    ///
    /// # Errors
    /// That of `write`, or what the system says.
    pub fn write(
        self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(mut beside) = self.beside else {
            let file = OpenOptions::new().write(true).open(&self.place)?;
            return fill(file, write).map(drop);
        };
        let file = beside.file.take().expect("it is there until it is written");
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

/// What is in a place, and the place itself, beyond all symbolic links.
///
/// That something cannot be looked at is an error: Linux follows no link that another user
/// has put into a folder like `/tmp`, and neither does this.
fn what_is_at(path: &Path, options: ReplaceOptions) -> io::Result<(Option<Metadata>, PathBuf)> {
    let Some(found) = if_there(fs::symlink_metadata(path))? else {
        return Ok((None, path.to_owned()));
    };
    if !found.is_symlink() {
        return Ok((Some(found), path.to_owned()));
    }
    if options.refuse_links {
        return Err(io::Error::other(
            "it is a symbolic link, which is not followed here",
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
        return Err(io::Error::other("the symbolic link changes meanwhile"));
    }
    Ok((Some(old), place))
}

/// Where a link leads that leads to nothing: what is written is to be there, as if opened.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
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

/// Whether another user may have put a file into the place in order to be given what is
/// written: that user's file, in a folder where others can make files, or where no file was
/// expected. Linux refuses to open those, too.
#[cfg(unix)]
fn is_planted(
    beside: &Beside,
    old: &Metadata,
    place: &Path,
    options: ReplaceOptions,
) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    /// The sticky bit, and that the group or all may write.
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

/// Gives a file the permissions of the one whose place it takes and, where possible, its
/// owner.
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
        // Another group gets no more than everybody.
        mode &= 0o707 | (mode & 0o007) << 3;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn take_over(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

/// A new file in the folder of `place`, with a name that nobody else has.
fn create_beside(place: &Path, options: ReplaceOptions) -> io::Result<Beside> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    if place.as_os_str().is_empty() {
        return Err(io::Error::from_raw_os_error(2)); // no such file, on Windows too
    }
    if place.file_name().is_none() || is_folder_name(place) {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it names a folder",
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
