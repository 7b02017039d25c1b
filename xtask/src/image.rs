//! `cargo xtask image`: puts into `target/image` what the container image of RustStack holds, for `docker compose` and
//! `docker build` to take: the binary and the libraries that it is linked with.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

/// Folders that RustStack writes to, and that whoever it runs as must be able to.
const WRITABLE: [&str; 2] = ["tmp", "var/lib/localstack"];

/// Where the Dockerfile looks.
const FOLDER: &str = "target/image";

pub(crate) fn make(root: &Path, binary: &Path) -> anyhow::Result<()> {
    let folder = root.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for writable in WRITABLE {
        fs::create_dir_all(folder.join(writable))?;
        fs::set_permissions(folder.join(writable), fs::Permissions::from_mode(0o1777))?;
    }
    copy(binary, &folder.join("ruststack"))?;
    for library in libraries(binary)? {
        copy(&library, &folder.join(library.strip_prefix("/").unwrap_or(&library)))?;
    }
    println!("{FOLDER} is ready: docker compose up --build");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to.parent().context("a file has a folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// What the loader takes beside the binary, and the loader itself; nothing where the binary is static.
fn libraries(binary: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let is_elf = fs::read(binary).is_ok_and(|bytes| bytes.starts_with(b"\x7fELF"));
    ensure!(is_elf, "{} is no Linux binary: name one by --binary", binary.display());
    let output = Command::new("ldd").arg(binary).output().context("cannot run ldd")?;
    Ok(paths(&String::from_utf8_lossy(&output.stdout)))
}

/// `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, `/lib64/ld-linux-x86-64.so.2 (0x…)`.
fn paths(text: &str) -> Vec<PathBuf> {
    text.lines()
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')))
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_what_the_loader_lists() {
        let listed = "\tlinux-vdso.so.1 (0x1)\n\tlibm.so.6 => /lib/x/libm.so.6 (0x2)\n\t/lib64/ld-linux.so.2 (0x3)\n";
        assert_eq!(paths(listed), [PathBuf::from("/lib/x/libm.so.6"), PathBuf::from("/lib64/ld-linux.so.2")]);
        assert!(paths("\tstatically linked\n").is_empty());
    }
}
