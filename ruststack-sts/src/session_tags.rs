//! Tags of sessions: keys are one whatever their case, and transitive ones live on in the sessions that follow.

use std::collections::HashSet;

use ruststack_auth::issued_keys::{IssuedKey, SessionTag};

use crate::{api::Tag, error::StsError};

const REPEATED: &str = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
const NOT_SENT: &str = "The specified transitive tag key must be included in the requested tags.";
const INHERITED: &str = "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
                         tag key from the calling session.";

/// The tags of a new session: those sent, and the transitive ones of the session that asks for it.
pub(crate) fn of_session(
    sent: Vec<Tag>,
    transitive_keys: &[String],
    caller: Option<IssuedKey>,
) -> Result<Vec<SessionTag>, StsError> {
    let refused = |message: &str| Err(StsError::InvalidParameterValue { message: message.to_owned() });
    let keys: HashSet<String> = sent.iter().map(|tag| tag.key.to_lowercase()).collect();
    let transitive: HashSet<String> = transitive_keys.iter().map(|key| key.to_lowercase()).collect();
    if keys.len() < sent.len() {
        return refused(REPEATED);
    }
    if !transitive.is_subset(&keys) {
        return refused(NOT_SENT);
    }
    let inherited = caller.into_iter().flat_map(|key| key.tags).filter(|tag| tag.is_transitive);
    let mut tags: Vec<SessionTag> = inherited.collect();
    if tags.iter().any(|tag| keys.contains(&tag.key.to_lowercase())) {
        return refused(INHERITED);
    }
    tags.extend(sent.into_iter().map(|Tag { key, value }| {
        let is_transitive = transitive.contains(&key.to_lowercase());
        SessionTag { key, value, is_transitive }
    }));
    Ok(tags)
}
