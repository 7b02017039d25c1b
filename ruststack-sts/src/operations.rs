//! The operations of STS, one file each.

pub(crate) mod assume_role;
pub(crate) mod get_access_key_info;
pub(crate) mod get_caller_identity;
pub(crate) mod get_federation_token;
pub(crate) mod get_session_token;
