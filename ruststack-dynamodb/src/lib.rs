//! Amazon DynamoDB. So far its domain: what values, keys and expressions are, and what AWS says of wrong ones.
//!
//! A request's values are read as [`value::Given`], keys are checked and made into bytes by [`key::KeySchema`],
//! expressions are parsed and bound in [`expression`]; what came before expressions and PartiQL end in the same types.
//! All that is refused is a [`refusal::Refusal`], which the service tells in its errors.

pub mod attribute_conditions;
pub mod expression;
pub mod key;
pub mod number;
pub mod partiql;
pub mod refusal;
pub mod untrusted;
pub mod value;
