//! `ListKeys`, by id.

use ruststack_core::operation::Call;

use crate::{
    Kms, access,
    api::{KeyListEntry, ListKeysInput, ListKeysOutput},
    error::KmsError,
    key::Key,
    limits::DEFAULT_PAGE,
    paging::page,
};

pub(super) async fn list_keys(call: Call<Kms>, input: ListKeysInput) -> Result<ListKeysOutput, KmsError> {
    access::check_in_account(call.service(), call.ctx(), "ListKeys")?;
    let keys = call.service().keys_now(call.ctx(), call.scope())?;
    let contents = keys.lock();
    let all = contents.keys().map(|key| (key.id.clone(), entry(key)));
    let page = page(all, input.marker.as_deref(), input.limit, DEFAULT_PAGE)?;
    let truncated = Some(page.is_truncated());
    Ok(ListKeysOutput { keys: Some(page.entries), next_marker: page.next_marker, truncated })
}

fn entry(key: &Key) -> KeyListEntry {
    KeyListEntry { key_id: Some(key.id.clone()), key_arn: Some(key.arn.clone()) }
}
