//! Amazon DynamoDB, by what it does.
