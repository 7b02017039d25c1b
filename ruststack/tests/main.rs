//! The built binary as its users see it: its command line, its port, its scripts, its end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access_log;
mod command_line;
mod connections;
mod cross_origin;
mod damage;
mod formats;
mod full_disk;
mod init_scripts;
mod internal_endpoints;
mod request_log;
mod restart;
mod running;
mod server;
mod shutdown;
mod snapshots;
