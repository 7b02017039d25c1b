//! Rows into memory at start: read by one thread, decoded by all.

use std::{
    iter::Flatten,
    num::NonZero,
    thread::{self, Scope, ScopedJoinHandle},
    vec,
};

use serde::de::DeserializeOwned;

use super::{LoadError, Reader, Table};

/// Rows that a thread decodes at once. Bytes.
const PACK_SIZE: usize = 1 << 20;

/// Visits the rows of a table, decoded.
pub fn load<V: DeserializeOwned>(
    reader: &dyn Reader,
    table: &'static Table,
    mut visit: impl FnMut(&[u8], V) -> Result<(), LoadError>,
) -> Result<(), LoadError> {
    reader.visit(table, &mut |key, value| visit(key, decoded(table, key, value)?))
}

/// What `make` makes of the rows of a table, in the order of their keys. For tables of very many rows: while this thread
/// reads, others decode and make.
pub fn load_many<V: DeserializeOwned, T: Send>(
    reader: &dyn Reader,
    table: &'static Table,
    make: impl Fn(&[u8], V) -> Result<T, LoadError> + Sync,
) -> Result<Flatten<vec::IntoIter<Vec<T>>>, LoadError> {
    let make = |key: &[u8], value: &[u8]| make(key, decoded(table, key, value)?);
    let made: Result<Vec<Vec<T>>, LoadError> = thread::scope(|scope| {
        let (mut pack, mut crew) = (Pack::default(), Crew { scope, make: &make, work: Vec::new() });
        reader.visit(table, &mut |key, value| {
            pack.push(key, value);
            if pack.bytes.len() >= PACK_SIZE {
                crew.take(std::mem::take(&mut pack));
            }
            Ok(())
        })?;
        let last = pack.make(make);
        crew.finish().chain([last]).collect()
    });
    made.map(|packs| packs.into_iter().flatten())
}

fn decoded<V: DeserializeOwned>(table: &Table, key: &[u8], value: &[u8]) -> Result<V, LoadError> {
    rmp_serde::from_slice(value).map_err(|error| LoadError::broken(table, key, error))
}

/// Keys and values, one behind the other.
#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    /// Lengths of key and value.
    lengths: Vec<[usize; 2]>,
}

impl Pack {
    fn push(&mut self, key: &[u8], value: &[u8]) {
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.lengths.push([key.len(), value.len()]);
    }

    fn make<T>(&self, make: impl Fn(&[u8], &[u8]) -> Result<T, LoadError>) -> Result<Vec<T>, LoadError> {
        let mut rest = self.bytes.as_slice();
        let rows = self.lengths.iter().map(|[key, value]| {
            let (row, behind) = rest.split_at(key + value);
            rest = behind;
            row.split_at(*key)
        });
        rows.map(|(key, value)| make(key, value)).collect()
    }
}

/// Whoever decodes; with all of them at work, the one who reads does, too.
struct Crew<'scope, 'env, T, F> {
    scope: &'scope Scope<'scope, 'env>,
    make: &'scope F,
    /// In the order of the rows.
    work: Vec<Work<'scope, T>>,
}

enum Work<'scope, T> {
    Begun(ScopedJoinHandle<'scope, Result<Vec<T>, LoadError>>),
    Done(Result<Vec<T>, LoadError>),
}

impl<'scope, T, F> Crew<'scope, '_, T, F>
where
    T: Send + 'scope,
    F: Fn(&[u8], &[u8]) -> Result<T, LoadError> + Sync,
{
    fn take(&mut self, pack: Pack) {
        let busy = self.work.iter().filter(|work| work.is_under_way()).count();
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let make = self.make;
        self.work.push(if busy + 1 < processors {
            Work::Begun(self.scope.spawn(move || pack.make(make)))
        } else {
            Work::Done(pack.make(make))
        });
    }

    fn finish(self) -> impl Iterator<Item = Result<Vec<T>, LoadError>> {
        let panicked = |_| Err(LoadError("a thread that loads the state panicked".to_owned()));
        self.work.into_iter().map(move |work| match work {
            Work::Begun(thread) => thread.join().unwrap_or_else(panicked),
            Work::Done(made) => made,
        })
    }
}

impl<T> Work<'_, T> {
    fn is_under_way(&self) -> bool {
        matches!(self, Self::Begun(thread) if !thread.is_finished())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Visit;

    static TABLE: Table = Table::new("test", "table", 1);

    /// As many rows: numbers, and themselves in as many bytes.
    struct Numbers(u32);

    impl Reader for Numbers {
        fn visit(&self, _table: &'static Table, visit: &mut Visit<'_>) -> Result<(), LoadError> {
            let value = |number: u32| rmp_serde::to_vec(&(number, "x".repeat(1000))).unwrap();
            (0..self.0).try_for_each(|number| visit(&number.to_be_bytes(), &value(number)))
        }
    }

    fn load_numbers(count: u32, broken: Option<u32>) -> Result<Vec<u32>, LoadError> {
        let made = load_many(&Numbers(count), &TABLE, |key, (number, _): (u32, String)| {
            assert_eq!(key, number.to_be_bytes());
            if broken == Some(number) { Err(LoadError::broken(&TABLE, key, "it is")) } else { Ok(number) }
        });
        made.map(Iterator::collect)
    }

    #[test]
    fn rows_that_several_threads_decode_keep_their_order() {
        for count in [0, 1, 20_000] {
            assert_eq!(load_numbers(count, None).unwrap(), (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_broken_row_of_many_is_told() {
        for broken in [0, 10_000, 19_999] {
            let error = load_numbers(20_000, Some(broken)).unwrap_err().to_string();
            assert!(error.contains("test.table") && error.contains("it is"), "{error}");
        }
    }
}
