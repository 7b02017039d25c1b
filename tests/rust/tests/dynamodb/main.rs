//! DynamoDB by the AWS SDK for Rust.

mod items;
