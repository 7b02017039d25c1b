//! What a snapshot is in a folder and in an archive: `manifest.json`, for each service its rows and the list of what
//! they refer to, and the objects, each once, named for their content.
//!
//! All that is read here is somebody else's: sizes and numbers have limits, and what does not have the hash that the
//! manifest names is refused.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

use ruststack_core::snapshot::{
    Saved, SavedTable, Snapshot,
    held::{ContentHash, Held},
    packed::{MAX_KEY_SIZE, PackedRows},
};
use serde::{Deserialize, Serialize};

use super::Failure;

/// Of the entries and their order; a newer one is refused.
const FORMAT: u32 = 1;
/// Of a manifest. Bytes.
pub(super) const MAX_MANIFEST_SIZE: u64 = 1 << 20;
/// Of the rows of a service. Bytes.
const MAX_ROWS_SIZE: u64 = 4 << 30;
/// Of one row's value. Bytes.
const MAX_VALUE_SIZE: usize = 64 << 20;
/// Of the objects of a service.
const MAX_OBJECTS: u64 = 50_000_000;
/// The end of the year 9999. Milliseconds.
const LAST_TIME: i64 = 253_402_300_800_000;
/// How much of rows is made at once. Bytes.
const PIECE_SIZE: usize = 64 * 1024;
/// Hash and length of an object in a list. Bytes.
const ENTRY_SIZE: u64 = 40;

pub(super) const MANIFEST: &str = "manifest.json";

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(super) format: u32,
    /// Which RustStack made it.
    pub(super) ruststack: String,
    /// Milliseconds since 1970.
    pub(super) created: i64,
    pub(super) services: BTreeMap<String, Part>,
}

/// A service's part of a snapshot.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) tables: Vec<TablePart>,
    /// Bytes.
    pub(super) rows_size: u64,
    /// BLAKE3, as 64 hexadecimal digits; of the list, too.
    pub(super) rows_hash: String,
    pub(super) objects: u64,
    pub(super) objects_hash: String,
    /// Bytes.
    pub(super) objects_size: u64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TablePart {
    pub(super) name: String,
    pub(super) version: u16,
    pub(super) rows: u64,
}

/// Hash and length of what a service's rows refer to, by number.
pub(super) type Objects = Vec<(ContentHash, u64)>;

impl Manifest {
    /// Reads and hashes what has no hash yet.
    pub(super) fn of(snapshot: &Snapshot, objects: &BTreeMap<String, Objects>) -> io::Result<Self> {
        let part =
            |(name, saved): (&String, &std::sync::Arc<Saved>)| Ok((name.clone(), Part::of(saved, &objects[name])?));
        let services: io::Result<_> = snapshot.saved.iter().map(part).collect();
        let ruststack = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { format: FORMAT, ruststack, created: snapshot.created.millis(), services: services? })
    }

    /// Refuses what a later RustStack made, and what claims to be larger than anything is.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let broken = |error| Failure::broken(format!("its manifest is not understood: {error}"));
        let Format { format } = serde_json::from_slice(bytes).map_err(broken)?;
        if format > FORMAT {
            let made = format!("the snapshot has format {format}, made by a later RustStack");
            return Err(Failure::invalid(format!("{made}; this one reads formats up to {FORMAT}")));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(broken)?;
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let is_possible = (0..LAST_TIME).contains(&manifest.created)
            && manifest.services.iter().all(|(name, part)| is_name(name) && part.is_possible());
        if is_possible { Ok(manifest) } else { Err(Failure::broken("its manifest claims what cannot be")) }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("a manifest is plain data")
    }

    pub(super) fn rows(&self) -> u64 {
        self.services.values().flat_map(|part| &part.tables).map(|table| table.rows).sum()
    }

    /// Of rows and objects. Bytes.
    pub(super) fn size(&self) -> u64 {
        self.services.values().fold(0, |sum, part| sum.saturating_add(part.rows_size).saturating_add(part.objects_size))
    }
}

impl Part {
    fn of(saved: &Saved, objects: &Objects) -> io::Result<Self> {
        let mut hashed = Hashed::new(io::sink());
        io::copy(&mut rows_of(saved), &mut hashed)?;
        let tables = saved.tables.iter().map(|table| TablePart {
            name: table.name.clone(),
            version: table.version,
            rows: table.rows.len() as u64,
        });
        Ok(Self {
            tables: tables.collect(),
            rows_size: hashed.size,
            rows_hash: hashed.hasher.finalize().to_string(),
            objects: objects.len() as u64,
            objects_hash: blake3::hash(&write_objects(objects)).to_string(),
            objects_size: objects.iter().map(|(_, length)| length).sum(),
        })
    }

    fn is_possible(&self) -> bool {
        self.rows_size <= MAX_ROWS_SIZE && self.objects <= MAX_OBJECTS
    }

    /// Bytes.
    pub(super) fn list_size(&self) -> u64 {
        self.objects * ENTRY_SIZE
    }
}

/// Hash and length of all that a snapshot holds.
pub(super) fn objects_of(saved: &Saved) -> io::Result<Objects> {
    saved.held.iter().map(|held| Ok((hash_of(held)?, held.len()))).collect()
}

fn hash_of(held: &Held) -> io::Result<ContentHash> {
    if let Held::Named(named) = held {
        return Ok(named.hash);
    }
    let mut hashed = Hashed::new(io::sink());
    io::copy(&mut held.reader()?, &mut hashed)?;
    Ok(*hashed.hasher.finalize().as_bytes())
}

pub(super) fn name_of(hash: &ContentHash) -> String {
    blake3::Hash::from_bytes(*hash).to_string()
}

/// Table by table as the manifest lists them: sizes of key and value, key, value.
pub(super) fn rows_of(saved: &Saved) -> RowsReader<impl Iterator<Item = (&[u8], &[u8])>> {
    RowsReader { rows: saved.tables.iter().flat_map(|table| table.rows.iter()), piece: Vec::new(), position: 0 }
}

/// Reads rows as they are written.
pub(super) struct RowsReader<I> {
    rows: I,
    piece: Vec<u8>,
    /// In the piece.
    position: usize,
}

impl<'r, I: Iterator<Item = (&'r [u8], &'r [u8])>> RowsReader<I> {
    fn next_piece(&mut self) {
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a row is smaller than 4 GiB").to_le_bytes();
        self.position = 0;
        self.piece.clear();
        while self.piece.len() < PIECE_SIZE
            && let Some((key, value)) = self.rows.next()
        {
            [&size(key)[..], &size(value), key, value].iter().for_each(|part| self.piece.extend_from_slice(part));
        }
    }
}

impl<'r, I: Iterator<Item = (&'r [u8], &'r [u8])>> Read for RowsReader<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.piece.len() {
            self.next_piece();
        }
        let size = (&self.piece[self.position..]).read(buffer)?;
        self.position += size;
        Ok(size)
    }
}

pub(super) fn read_rows(part: &Part, from: &mut impl Read) -> Result<Vec<SavedTable>, Failure> {
    let mut from = Hashed::new(from.take(part.rows_size));
    let mut tables = Vec::new();
    for table in &part.tables {
        let mut rows = PackedRows::default();
        let (mut key, mut value) = (Vec::new(), Vec::new());
        for _ in 0..table.rows {
            let sizes = [read_size(&mut from)?, read_size(&mut from)?];
            if sizes[0] > MAX_KEY_SIZE || sizes[1] > MAX_VALUE_SIZE {
                return Err(Failure::broken("a row is too large"));
            }
            read_into(&mut from, &mut key, sizes[0])?;
            read_into(&mut from, &mut value, sizes[1])?;
            if !rows.push_last(&key, &value) {
                return Err(Failure::broken("its rows are not in order"));
            }
        }
        tables.push(SavedTable { name: table.name.clone(), version: table.version, rows });
    }
    from.check(part.rows_size, &part.rows_hash)?;
    Ok(tables)
}

fn read_size(from: &mut impl Read) -> Result<usize, Failure> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes) as usize)
}

fn read_into(from: &mut impl Read, buffer: &mut Vec<u8>, size: usize) -> Result<(), Failure> {
    buffer.resize(size, 0);
    Ok(from.read_exact(buffer)?)
}

pub(super) fn write_objects(objects: &Objects) -> Vec<u8> {
    objects.iter().flat_map(|(hash, length)| hash.iter().copied().chain(length.to_le_bytes())).collect()
}

pub(super) fn read_objects(part: &Part, from: &mut impl Read) -> Result<Objects, Failure> {
    let mut from = Hashed::new(from.take(part.list_size()));
    let mut objects = Vec::new();
    for _ in 0..part.objects {
        let (mut hash, mut length) = ([0; 32], [0; 8]);
        from.read_exact(&mut hash)?;
        from.read_exact(&mut length)?;
        objects.push((hash, u64::from_le_bytes(length)));
    }
    from.check(part.list_size(), &part.objects_hash)?;
    Ok(objects)
}

/// Counts and hashes what passes.
pub(super) struct Hashed<T> {
    inner: T,
    hasher: Box<blake3::Hasher>,
    size: u64,
}

impl<T> Hashed<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, hasher: Box::default(), size: 0 }
    }

    /// Refuses what is not the content of that size and hash.
    pub(super) fn check(&self, size: u64, hash: &str) -> Result<(), Failure> {
        let is_it = self.size == size && self.hasher.finalize().to_string() == hash;
        if is_it { Ok(()) } else { Err(Failure::broken("some of it is not what its manifest says")) }
    }

    fn note(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        self.note(&buffer[..size]);
        Ok(size)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = self.inner.write(bytes)?;
        self.note(&bytes[..size]);
        Ok(size)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
