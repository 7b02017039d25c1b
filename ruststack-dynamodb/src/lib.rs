//! Amazon DynamoDB. So far its domain: what values, keys and expressions are, and what AWS says of wrong ones.

pub mod attribute_conditions;
pub mod expression;
pub mod key;
pub mod number;
pub mod partiql;
pub mod refusal;
pub mod value;
