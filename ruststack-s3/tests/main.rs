//! S3 and S3 Control as clients see them: raw requests through the gateway, in process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod control;
mod emulator;
