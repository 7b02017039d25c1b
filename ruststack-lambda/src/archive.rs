//! Reads ZIP archives: the code of functions and layers. Bounded in size, number and depth; nothing is written outside
//! the folder that an archive is unpacked into.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Component, Path, PathBuf},
};

use flate2::read::DeflateDecoder;

/// How deep folders may be.
const MAX_DEPTH: usize = 64;
/// The longest path and the longest target of a link. Bytes.
const MAX_PATH: usize = 4096;
/// The end of the archive: at least this long, and as much longer as its comment is.
const END: usize = 22;
const MAX_COMMENT: usize = 65_535;
const FILE_TYPE: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// What bounds an archive.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// All files, unpacked. Bytes.
    pub size: u64,
    pub files: usize,
}

/// Why an archive is not taken.
#[derive(Debug)]
pub enum Fault {
    /// It is no archive, or one that is broken.
    Broken(&'static str),
    /// It holds more than it may.
    TooLarge,
    /// The disk did not take it.
    Disk(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// One file, folder or link of an archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub path: PathBuf,
    pub is_folder: bool,
    /// Of Unix; 0 where the archive tells none.
    pub mode: u32,
    /// Unpacked. Bytes.
    pub size: u64,
    packed_size: u64,
    is_deflated: bool,
    header: u64,
}

impl Entry {
    fn is_link(&self) -> bool {
        self.mode & FILE_TYPE == LINK
    }
}

/// The entries of an archive, as its directory lists them.
pub fn entries(archive: &[u8], bounds: Bounds) -> Result<Vec<Entry>, Fault> {
    let (count, mut at) = directory(archive)?;
    if count > bounds.files {
        return Err(Fault::TooLarge);
    }
    let (mut entries, mut size) = (Vec::new(), 0_u64);
    for _ in 0..count {
        let (entry, next) = entry(archive, at)?;
        size = size.saturating_add(entry.size);
        if size > bounds.size {
            return Err(Fault::TooLarge);
        }
        entries.push(entry);
        at = next;
    }
    Ok(entries)
}

/// Unpacks an archive into a folder that is there and empty. Returns its size unpacked.
pub fn unpack(archive: &[u8], folder: &Path, bounds: Bounds) -> Result<u64, Fault> {
    let entries = entries(archive, bounds)?;
    let mut left = bounds.size;
    for entry in entries.iter().filter(|entry| !entry.is_link()) {
        let target = folder.join(&entry.path);
        if entry.is_folder {
            fs::create_dir_all(&target)?;
            continue;
        }
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        left -= write_file(archive, entry, &target, left)?;
    }
    // Links come last, so that nothing is written through one.
    entries.iter().filter(|entry| entry.is_link()).try_for_each(|entry| link(archive, entry, folder))?;
    Ok(bounds.size - left)
}

/// How many entries there are, and where the first stands.
fn directory(archive: &[u8]) -> Result<(usize, usize), Fault> {
    let last = archive.len().checked_sub(END).ok_or(Fault::Broken("it is too short"))?;
    let first = last.saturating_sub(MAX_COMMENT);
    let end = (first..=last).rev().find(|at| archive[*at..].starts_with(b"PK\x05\x06"));
    let end = end.ok_or(Fault::Broken("it has no end"))?;
    Ok((usize::from(short(archive, end + 10)?), long(archive, end + 16)? as usize))
}

fn entry(archive: &[u8], at: usize) -> Result<(Entry, usize), Fault> {
    if !archive.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
        return Err(Fault::Broken("its directory ends early"));
    }
    let (name, extra, comment) =
        (short(archive, at + 28)? as usize, short(archive, at + 30)? as usize, short(archive, at + 32)? as usize);
    let text = bytes(archive, at + 46, name)?;
    let text = std::str::from_utf8(text).map_err(|_| Fault::Broken("a name is not text"))?;
    let path = safe(text).ok_or(Fault::Broken("a name leaves the archive"))?;
    let is_deflated = match (short(archive, at + 10)?, short(archive, at + 8)? & 1) {
        (0, 0) => false,
        (8, 0) => true,
        _ => return Err(Fault::Broken("it is packed or encrypted in a way that is not known")),
    };
    let mut sizes = [long(archive, at + 24)?, long(archive, at + 20)?, long(archive, at + 42)?].map(u64::from);
    widen(bytes(archive, at + 46 + name, extra)?, &mut sizes);
    let [size, packed_size, header] = sizes;
    let mode = long(archive, at + 38)? >> 16;
    let is_folder = text.ends_with('/');
    let entry = Entry { path, is_folder, mode, size, packed_size, is_deflated, header };
    Ok((entry, at + 46 + name + extra + comment))
}

/// Reads the sizes that did not fit from where longer ones stand.
fn widen(mut extra: &[u8], sizes: &mut [u64; 3]) {
    while let (Ok(kind), Ok(length)) = (short(extra, 0), short(extra, 2)) {
        let Some(field) = extra.get(4..4 + usize::from(length)) else { return };
        if kind == 1 {
            let mut wide =
                field.chunks_exact(8).map(|chunk| chunk.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)));
            for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
                *size = wide.next().unwrap_or(*size);
            }
        }
        extra = &extra[4 + usize::from(length)..];
    }
}

/// A path below the folder, or nothing.
fn safe(text: &str) -> Option<PathBuf> {
    let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let path = Path::new(text);
    let is_safe = text.len() <= MAX_PATH && !text.contains('\0') && path.components().all(|part| is_plain(&part));
    let clean: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    (is_safe && clean.components().count() <= MAX_DEPTH).then_some(clean)
}

/// The packed bytes of an entry.
fn packed<'a>(archive: &'a [u8], entry: &Entry) -> Result<&'a [u8], Fault> {
    let at = usize::try_from(entry.header).map_err(|_| Fault::Broken("an entry is far away"))?;
    if !archive.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x03\x04")) {
        return Err(Fault::Broken("an entry is not where the directory says"));
    }
    let begin = at + 30 + usize::from(short(archive, at + 26)?) + usize::from(short(archive, at + 28)?);
    let length = usize::try_from(entry.packed_size).map_err(|_| Fault::Broken("an entry is too long"))?;
    bytes(archive, begin, length)
}

fn write_file(archive: &[u8], entry: &Entry, target: &Path, left: u64) -> Result<u64, Fault> {
    let packed = packed(archive, entry)?;
    let mut file = fs::File::create(target)?;
    let written = if entry.is_deflated {
        let mut unpacked = DeflateDecoder::new(packed).take(entry.size.min(left) + 1);
        io::copy(&mut unpacked, &mut file).map_err(|_| Fault::Broken("an entry cannot be unpacked"))?
    } else {
        file.write_all(packed)?;
        packed.len() as u64
    };
    if written != entry.size {
        return Err(if written > left {
            Fault::TooLarge
        } else {
            Fault::Broken("an entry has another size than told")
        });
    }
    // Archives of systems without modes tell none.
    let mode = if entry.mode & 0o777 == 0 { 0o644 } else { entry.mode & 0o777 | 0o400 };
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    Ok(written)
}

fn link(archive: &[u8], entry: &Entry, folder: &Path) -> Result<(), Fault> {
    let mut target = Vec::new();
    let bytes = packed(archive, entry)?;
    let read = if entry.is_deflated {
        DeflateDecoder::new(bytes).take(MAX_PATH as u64).read_to_end(&mut target)
    } else {
        bytes.take(MAX_PATH as u64).read_to_end(&mut target)
    };
    read.map_err(|_| Fault::Broken("a link cannot be unpacked"))?;
    let target = String::from_utf8(target).map_err(|_| Fault::Broken("a link is not text"))?;
    let mut parents = entry.path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
    let is_behind_link = parents.any(|parent| folder.join(parent).is_symlink());
    if is_behind_link || !stays_inside(&entry.path, &target) {
        return Err(Fault::Broken("a link leaves the archive"));
    }
    let place = folder.join(&entry.path);
    fs::create_dir_all(place.parent().unwrap_or(folder))?;
    Ok(symlink(target, place)?)
}

/// Whether what a link points to is below the folder.
fn stays_inside(link: &Path, target: &str) -> bool {
    let mut depth = link.components().count().saturating_sub(1);
    Path::new(target).components().all(|part| match part {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::CurDir => true,
        Component::ParentDir => {
            let is_inside = depth > 0;
            depth = depth.saturating_sub(1);
            is_inside
        }
        Component::RootDir | Component::Prefix(_) => false,
    })
}

fn bytes(archive: &[u8], at: usize, length: usize) -> Result<&[u8], Fault> {
    let end = at.checked_add(length).ok_or(Fault::Broken("it ends early"))?;
    archive.get(at..end).ok_or(Fault::Broken("it ends early"))
}

fn short(archive: &[u8], at: usize) -> Result<u16, Fault> {
    bytes(archive, at, 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

fn long(archive: &[u8], at: usize) -> Result<u32, Fault> {
    bytes(archive, at, 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Copies a folder into another; what is there already is replaced.
pub(crate) fn copy_over(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            copy_over(&source, &target)?;
        } else if kind.is_symlink() {
            drop(fs::remove_file(&target));
            symlink(fs::read_link(&source)?, &target)?;
        } else {
            drop(fs::remove_file(&target));
            if fs::hard_link(&source, &target).is_err() {
                fs::copy(&source, &target)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { size: 1000, files: 10 };

    /// An archive of stored files.
    fn archive(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
        let (mut archive, mut directory) = (Vec::new(), Vec::new());
        for (name, mode, content) in files {
            let at = archive.len() as u32;
            let size = (content.len() as u32).to_le_bytes();
            let length = (name.len() as u16).to_le_bytes();
            archive.extend(
                [&b"PK\x03\x04"[..], &[0; 14], &size, &size, &length, &[0; 2], name.as_bytes(), content].concat(),
            );
            let mode = (mode << 16).to_le_bytes();
            let fields = [&b"PK\x01\x02"[..], &[0; 16], &size, &size, &length, &[0; 8], &mode, &at.to_le_bytes()];
            directory.extend([&fields.concat()[..], name.as_bytes()].concat());
        }
        let (count, at) = ((files.len() as u16).to_le_bytes(), (archive.len() as u32).to_le_bytes());
        let size = (directory.len() as u32).to_le_bytes();
        archive.extend(directory);
        archive.extend([&b"PK\x05\x06"[..], &[0; 4], &count, &count, &size, &at, &[0; 2]].concat());
        archive
    }

    fn unpacked(files: &[(&str, u32, &[u8])]) -> Result<tempfile::TempDir, Fault> {
        let folder = tempfile::tempdir().unwrap();
        unpack(&archive(files), folder.path(), BOUNDS).map(|_| folder)
    }

    #[test]
    fn files_folders_modes_and_links_are_unpacked() {
        let folder =
            unpacked(&[("a/b.txt", 0o100_755, b"hello"), ("c/", 0, b""), ("l", 0o120_777, b"a/b.txt")]).unwrap();
        let file = folder.path().join("a/b.txt");
        assert_eq!(fs::read(&file).unwrap(), b"hello");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o755);
        assert!(folder.path().join("c").is_dir());
        assert_eq!(fs::read(folder.path().join("l")).unwrap(), b"hello");
    }

    #[test]
    fn nothing_is_written_outside_the_folder() {
        for name in ["../a", "/etc/a", "a/../../b"] {
            assert!(matches!(unpacked(&[(name, 0, b"x")]), Err(Fault::Broken(_))), "{name}");
        }
        for target in ["/etc/passwd", "../x"] {
            assert!(matches!(unpacked(&[("l", 0o120_777, target.as_bytes())]), Err(Fault::Broken(_))), "{target}");
        }
        let through = unpacked(&[("d/x", 0, b"x"), ("l", 0o120_777, b"d"), ("l/y", 0o120_777, b"x")]);
        assert!(matches!(through, Err(Fault::Broken(_))));
    }

    #[test]
    fn archives_are_bounded() {
        assert!(matches!(unpacked(&[("a", 0, &[0; 1001])]), Err(Fault::TooLarge)));
        let many: Vec<_> = (0..11).map(|_| ("a", 0, &b""[..])).collect();
        assert!(matches!(unpacked(&many), Err(Fault::TooLarge)));
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let whole = archive(&[("a", 0, b"hello")]);
        for cut in 0..whole.len() {
            let folder = tempfile::tempdir().unwrap();
            assert!(unpack(&whole[..cut], folder.path(), BOUNDS).is_err(), "{cut}");
        }
    }
}
