//! Copies of the memory of the process that other threads may change or unmap meanwhile.
//!
//! The system copies the bytes: memory that is no longer mapped is an error of the call and not a
//! crash, and a word that another thread writes at the same time is read as any other.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::is_fork;

/// Reads memory of the process through the system.
pub(crate) struct RawMemory {
    /// `/proc/self/mem`, where the system rejects the call, and in a fork: there, since Linux 5.19,
    /// the call copies each page that is shared with the parent, although it only reads.
    file: Option<File>,
}

/// The bytes that are copied at once. They stay in the cache of the processor.
const CHUNK: usize = 1 << 18;
const WORD: usize = size_of::<usize>();

impl RawMemory {
    /// `Unsupported` if the system has no way to read memory safely.
    pub(crate) fn new() -> io::Result<Self> {
        let probe = 1usize;
        let mut copy = [0];
        let mut memory = Self {
            file: is_fork().then(open_memory).and_then(Result::ok),
        };
        if memory.copy(&raw const probe as usize, &mut copy).is_err() {
            memory.file = Some(open_memory()?);
        }
        match memory.copy(&raw const probe as usize, &mut copy) {
            Ok(1) if copy[0] == probe => Ok(memory),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Shows all aligned words of these ranges: slices of words, each with the address of its first.
    /// Memory that cannot be read is left out, and so is the copy itself, which contains what is
    /// looked for. `see` may stop the search with an error.
    pub(crate) fn scan<E>(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        mut see: impl FnMut(usize, &[usize]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut words = vec![0; CHUNK / WORD];
        let own = words.as_ptr() as usize..words.as_ptr() as usize + CHUNK;
        for range in ranges {
            let before = range.start..range.end.min(own.start);
            let after = range.start.max(own.end)..range.end;
            for range in [before, after]
                .into_iter()
                .filter(|part| part.start < part.end)
            {
                self.scan_range(range, &mut words, &mut see)?;
            }
        }
        // The copy contains the addresses that were looked for.
        words.fill(0);
        std::hint::black_box(&words);
        Ok(())
    }

    fn scan_range<E>(
        &self,
        range: Range<usize>,
        words: &mut [usize],
        see: &mut impl FnMut(usize, &[usize]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut start = range.start.next_multiple_of(WORD);
        while start + WORD <= range.end {
            let wanted = ((range.end - start) / WORD).min(words.len());
            // Of a chunk that is only partly mapped, the part before the gap is read.
            match self.copy(start, &mut words[..wanted]) {
                Ok(count) if count > 0 => {
                    see(start, &words[..count])?;
                    start += WORD * count;
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Copies words of memory. Returns the number of words that could be read from the start on.
    pub(crate) fn copy(&self, start: usize, words: &mut [usize]) -> io::Result<usize> {
        match &self.file {
            None => copy_by_call(start, words),
            Some(file) => copy_from(file, start, words),
        }
    }

    /// A word of memory, if it can be read.
    pub(crate) fn word(&self, address: usize) -> Option<usize> {
        let mut word = [0];
        match self.copy(address, &mut word) {
            Ok(1) => Some(word[0]),
            _ => None,
        }
    }
}

/// Words of memory, if all of them can be read; none where the system has no call for it.
pub(super) fn read_words<const N: usize>(address: usize) -> Option<[usize; N]> {
    let mut found = [0; N];
    (copy_by_call(address, &mut found).ok()? == N).then_some(found)
}

#[cfg(target_os = "linux")]
fn copy_by_call(start: usize, words: &mut [usize]) -> io::Result<usize> {
    let bytes = size_of_val(words);
    let local = libc::iovec {
        iov_base: words.as_mut_ptr().cast(),
        iov_len: bytes,
    };
    let remote = libc::iovec {
        iov_base: start as *mut _,
        iov_len: bytes,
    };
    // SAFETY: the system writes at most `bytes` bytes into `words`, for which any bytes are valid.
    // It checks the other address itself.
    let count = unsafe { libc::process_vm_readv(libc::getpid(), &local, 1, &remote, 1, 0) };
    match usize::try_from(count) {
        Ok(count) => Ok(count / WORD),
        Err(_) => Err(io::Error::last_os_error()),
    }
}

#[cfg(windows)]
pub(super) fn copy_by_call(start: usize, words: &mut [usize]) -> io::Result<usize> {
    use std::ffi::c_void;

    #[link(name = "kernel32", kind = "raw-dylib")]
    unsafe extern "system" {
        fn ReadProcessMemory(
            process: *mut c_void,
            address: *const c_void,
            found: *mut c_void,
            bytes: usize,
            read: *mut usize,
        ) -> i32;
    }
    /// The handle that stands for the process itself.
    const THIS: *mut c_void = std::ptr::without_provenance_mut(usize::MAX);

    /// The smallest page.
    const PAGE: usize = 4096;

    let copy = |start: usize, words: &mut [usize]| {
        let (address, found) = (start as *const c_void, words.as_mut_ptr().cast());
        let mut read = 0;
        // SAFETY: the call writes at most the bytes of `words`, for which any bytes are valid. It
        // reports memory that is not mapped.
        unsafe { ReadProcessMemory(THIS, address, found, size_of_val(words), &raw mut read) != 0 }
    };
    if copy(start, words) {
        return Ok(words.len());
    }
    // Not all systems count what they read before memory that is not mapped.
    let mut count = 0;
    while count < words.len() {
        let start = start.wrapping_add(WORD * count);
        let in_page = ((PAGE - start % PAGE) / WORD).max(1);
        let end = words.len().min(count + in_page);
        if !copy(start, &mut words[count..end]) {
            break;
        }
        count = end;
    }
    match count {
        0 => Err(io::Error::last_os_error()),
        count => Ok(count),
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
fn copy_by_call(_start: usize, _words: &mut [usize]) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
fn open_memory() -> io::Result<File> {
    File::open("/proc/self/mem")
}

#[cfg(not(target_os = "linux"))]
fn open_memory() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn copy_from(file: &File, start: usize, words: &mut [usize]) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;

    // SAFETY: any bytes are valid words, and words are valid bytes.
    let bytes = unsafe {
        std::slice::from_raw_parts_mut(words.as_mut_ptr().cast::<u8>(), size_of_val(words))
    };
    Ok(file.read_at(bytes, start as u64)? / WORD)
}

#[cfg(not(unix))]
fn copy_from(_file: &File, _start: usize, _words: &mut [usize]) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}
