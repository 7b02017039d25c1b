//! `ListAliases`, by name, of all keys or of one.

use ruststack_core::operation::Call;

use crate::{
    Kms, access,
    api::{AliasListEntry, ListAliases, ListAliasesInput, ListAliasesOutput},
    error::KmsError,
    found::Found,
    key::resource_arn,
    keys::Alias,
    limits::DEFAULT_SMALL_PAGE,
    paging::page,
};

// Differs from AWS: aliases that begin with alias/aws/ are listed once they have a key.
pub(super) async fn list_aliases(call: Call<Kms>, input: ListAliasesInput) -> Result<ListAliasesOutput, KmsError> {
    access::check_in_account(call.service(), call.ctx(), "ListAliases")?;
    let of_key = input.key_id.map(|id| Found::of_key::<ListAliases>(&call, &id)).transpose()?;
    let scope = call.scope();
    let keys = call.service().keys_now(call.ctx(), scope)?;
    let contents = keys.lock();
    let is_wanted = |alias: &Alias| of_key.as_ref().is_none_or(|found| found.key.id == alias.key_id);
    let entry = |name: &str, alias: &Alias| AliasListEntry {
        alias_name: Some(name.to_owned()),
        alias_arn: Some(resource_arn(scope, name)),
        target_key_id: Some(alias.key_id.clone()),
        creation_date: Some(alias.created_at),
        last_updated_date: Some(alias.updated_at),
    };
    let wanted = contents.aliases().filter(|(_, alias)| is_wanted(alias));
    let all = wanted.map(|(name, alias)| (name.to_owned(), entry(name, alias)));
    let page = page(all, input.marker.as_deref(), input.limit, DEFAULT_SMALL_PAGE)?;
    let truncated = Some(page.is_truncated());
    Ok(ListAliasesOutput { aliases: Some(page.entries), next_marker: page.next_marker, truncated })
}
