//! The AWS SDK for Rust with its default settings, against the built binary.

mod addresses;
mod checksums;
mod listings;
mod multipart;
mod objects;
mod versions;
