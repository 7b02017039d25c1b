//! All that an account has in a region.

use crate::{kept_messages::KeptMessages, platforms::Platforms, sms::Sms, topics::Topics};

#[derive(Default)]
pub(crate) struct Regional {
    pub(crate) topics: Topics,
    pub(crate) platforms: Platforms,
    pub(crate) sms: Sms,
    pub(crate) kept: KeptMessages,
}
