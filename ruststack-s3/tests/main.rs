//! S3 and S3 Control as clients see them: raw requests through the gateway, in process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access_log;
mod addressing;
mod answers;
mod bad_configurations;
mod bodies;
mod control;
mod durable;
mod emulator;
mod forms;
mod guard;
mod headers;
mod kept;
mod lifecycle;
mod mailbox;
mod named_calls;
mod notification_configurations;
mod notification_delivery;
mod notifications;
mod rare_operations;
mod replication;
mod reset;
mod snapshots_taken;
mod stress;
mod trouble;
mod uploads;
mod wire;
