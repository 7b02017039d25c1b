//! Snapshots as `.tar.zst`: the files of a snapshot's folder, the manifest first.
//!
//! The manifest and the lists say which entry comes next, by which name and of which size; whatever else an archive
//! holds is refused, and no name of it ever becomes a path.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{self, BufReader, Read, Write},
};

use ruststack_core::snapshot::{Saved, Snapshot};
use tar::{Archive, Builder, Entries, Header};

use super::{
    Failure,
    folder::NewFolder,
    format::{
        Hashed, MANIFEST, MAX_MANIFEST_SIZE, Manifest, Objects, name_of, objects_of, read_objects, rows_of,
        write_objects,
    },
};

/// Of zstd: fast, and far smaller than without.
const LEVEL: i32 = 3;

pub(super) fn write(snapshot: &Snapshot, out: impl Write) -> io::Result<()> {
    let list = |(service, saved): (&String, &std::sync::Arc<Saved>)| Ok((service.clone(), objects_of(saved)?));
    let objects: BTreeMap<String, Objects> = snapshot.saved.iter().map(list).collect::<io::Result<_>>()?;
    let manifest = Manifest::of(snapshot, &objects)?;
    let mut tar = Builder::new(zstd::Encoder::new(out, LEVEL)?);
    append(&mut tar, MANIFEST, &manifest.to_json())?;
    for (service, saved) in &snapshot.saved {
        let mut header = header(manifest.services[service].rows_size);
        tar.append_data(&mut header, format!("{service}.rows"), rows_of(saved))?;
        append(&mut tar, &format!("{service}.objects"), &write_objects(&objects[service]))?;
    }
    let mut written = HashSet::new();
    for (service, saved) in &snapshot.saved {
        for (held, (hash, length)) in saved.held.iter().zip(&objects[service]) {
            if written.insert(*hash) {
                tar.append_data(&mut header(*length), format!("objects/{}", name_of(hash)), held.reader()?)?;
            }
        }
    }
    tar.into_inner()?.finish()?.flush()
}

fn append<W: Write>(tar: &mut Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    tar.append_data(&mut header(bytes.len() as u64), name, bytes)
}

fn header(size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    header
}

/// Unpacks an archive into a folder, where it is no larger than `room`. Bytes.
pub(super) fn read(from: impl Read, to: &NewFolder, room: u64) -> Result<(), Failure> {
    let decoder = zstd::Decoder::new(from).map_err(|error| Failure::broken(error.to_string()))?;
    let mut archive = Archive::new(decoder);
    // What lengthens names is an entry like others, and none of ours.
    let mut entries = archive.entries()?.raw(true);
    let mut json = Vec::new();
    let (mut entry, size) = next(&mut entries, MANIFEST)?;
    if size > MAX_MANIFEST_SIZE {
        return Err(Failure::broken("its manifest is too large"));
    }
    entry.read_to_end(&mut json)?;
    let manifest = Manifest::parse(&json)?;
    if manifest.size() > room {
        return Err(Failure::no_space(format!("it holds {} bytes, where {room} are free", manifest.size())));
    }
    io::copy(&mut json.as_slice(), &mut to.file(MANIFEST)?)?;
    let mut objects = Vec::new();
    for (service, part) in &manifest.services {
        for (kind, size, hash) in
            [("rows", part.rows_size, &part.rows_hash), ("objects", part.list_size(), &part.objects_hash)]
        {
            let name = format!("{service}.{kind}");
            unpack(&mut entries, &name, size, hash, to)?;
        }
        let list = BufReader::new(File::open(to.path().join(format!("{service}.objects")))?);
        let list = read_objects(part, &mut { list })?;
        if list.iter().try_fold(0_u64, |sum, (_, length)| sum.checked_add(*length)) != Some(part.objects_size) {
            return Err(Failure::broken("its objects are not as large as its manifest says"));
        }
        objects.extend(list);
    }
    let mut unpacked = HashSet::new();
    for (hash, length) in objects {
        if unpacked.insert(hash) {
            let name = format!("objects/{}", name_of(&hash));
            unpack(&mut entries, &name, length, &name_of(&hash), to)?;
        }
    }
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(Failure::broken("it holds more than its manifest says")),
    }
}

/// The next entry, which must have this name. Its size, too.
fn next<'a, R: Read>(entries: &mut Entries<'a, R>, name: &str) -> Result<(tar::Entry<'a, R>, u64), Failure> {
    let entry = entries.next().ok_or_else(|| Failure::broken(format!("it ends before {name}")))??;
    let is_it = *entry.path_bytes() == *name.as_bytes() && entry.header().entry_type().is_file();
    if !is_it {
        return Err(Failure::broken(format!("there is something else where {name} should be")));
    }
    let size = entry.size();
    Ok((entry, size))
}

fn unpack<R: Read>(
    entries: &mut Entries<'_, R>,
    name: &str,
    size: u64,
    hash: &str,
    to: &NewFolder,
) -> Result<(), Failure> {
    let (entry, found) = next(entries, name)?;
    if found != size {
        return Err(Failure::broken(format!("{name} has {found} bytes, not {size}")));
    }
    let (mut hashed, mut file) = (Hashed::new(entry), to.file(name)?);
    io::copy(&mut hashed, &mut file)?;
    hashed.check(size, hash)?;
    Ok(to.sync(&file)?)
}
