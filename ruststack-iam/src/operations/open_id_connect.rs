//! `CreateOpenIDConnectProvider` and its kin.
// Differs from AWS: the addresses of OpenID Connect providers are not visited; without thumbprints there are none.

use crate::{
    api,
    error::{IamError, exceeds, validation},
    federation::OidcProvider,
    limits::{MAX_CLIENT_IDS, MAX_THUMBPRINTS},
    operations::tags::tag_page,
    tagging,
    turn::Turn,
};

pub(super) fn create_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::CreateOpenIDConnectProviderInput,
) -> Result<api::CreateOpenIDConnectProviderOutput, IamError> {
    let url = input.url.strip_prefix("https://").map(|url| url.trim_end_matches('/')).filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| validation("Invalid Open ID Connect Provider URL"))?.to_owned();
    turn.check_free::<OidcProvider>("/", &url)?;
    let tags = tagging::of_request(input.tags)?;
    let provider = turn.put(OidcProvider {
        url,
        created: turn.now(),
        client_ids: checked(input.client_id_list.unwrap_or_default())?,
        thumbprints: thumbprints(input.thumbprint_list.unwrap_or_default())?,
        tags,
    });
    let open_id_connect_provider_arn = Some(turn.arn_of(provider.as_ref()));
    let tags = tagging::described(&provider.tags);
    Ok(api::CreateOpenIDConnectProviderOutput { open_id_connect_provider_arn, tags })
}

pub(super) fn get_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::GetOpenIDConnectProviderInput,
) -> Result<api::GetOpenIDConnectProviderOutput, IamError> {
    let provider = edit(turn, &input.open_id_connect_provider_arn)?;
    Ok(api::GetOpenIDConnectProviderOutput {
        url: Some(provider.url),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(provider.created),
        tags: Some(tagging::list(&provider.tags)),
    })
}

pub(super) fn list_open_id_connect_providers(
    turn: &mut Turn<'_>,
    _input: api::ListOpenIDConnectProvidersInput,
) -> Result<api::ListOpenIDConnectProvidersOutput, IamError> {
    let all = turn.list::<OidcProvider>(None)?.into_iter();
    let entry = |provider: &OidcProvider| api::OpenIDConnectProviderListEntry { arn: Some(turn.arn_of(provider)) };
    let list = all.map(|(_, provider)| entry(&provider)).collect();
    Ok(api::ListOpenIDConnectProvidersOutput { open_id_connect_provider_list: Some(list) })
}

pub(super) fn delete_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::DeleteOpenIDConnectProviderInput,
) -> Result<api::DeleteOpenIDConnectProviderOutput, IamError> {
    let provider = edit(turn, &input.open_id_connect_provider_arn)?;
    turn.remove::<OidcProvider>(&provider.url);
    Ok(api::DeleteOpenIDConnectProviderOutput {})
}

pub(super) fn add_client_id_to_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::AddClientIDToOpenIDConnectProviderInput,
) -> Result<api::AddClientIDToOpenIDConnectProviderOutput, IamError> {
    let mut provider = edit(turn, &input.open_id_connect_provider_arn)?;
    provider.client_ids.push(input.client_id);
    provider.client_ids = checked(provider.client_ids)?;
    turn.put(provider);
    Ok(api::AddClientIDToOpenIDConnectProviderOutput {})
}

pub(super) fn remove_client_id_from_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::RemoveClientIDFromOpenIDConnectProviderInput,
) -> Result<api::RemoveClientIDFromOpenIDConnectProviderOutput, IamError> {
    let mut provider = edit(turn, &input.open_id_connect_provider_arn)?;
    provider.client_ids.retain(|id| *id != input.client_id);
    turn.put(provider);
    Ok(api::RemoveClientIDFromOpenIDConnectProviderOutput {})
}

pub(super) fn update_open_id_connect_provider_thumbprint(
    turn: &mut Turn<'_>,
    input: api::UpdateOpenIDConnectProviderThumbprintInput,
) -> Result<api::UpdateOpenIDConnectProviderThumbprintOutput, IamError> {
    let mut provider = edit(turn, &input.open_id_connect_provider_arn)?;
    provider.thumbprints = thumbprints(input.thumbprint_list)?;
    turn.put(provider);
    Ok(api::UpdateOpenIDConnectProviderThumbprintOutput {})
}

pub(super) fn tag_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::TagOpenIDConnectProviderInput,
) -> Result<api::TagOpenIDConnectProviderOutput, IamError> {
    let mut provider = edit(turn, &input.open_id_connect_provider_arn)?;
    provider.tags = tagging::add(&provider.tags, input.tags)?;
    turn.put(provider);
    Ok(api::TagOpenIDConnectProviderOutput {})
}

pub(super) fn untag_open_id_connect_provider(
    turn: &mut Turn<'_>,
    input: api::UntagOpenIDConnectProviderInput,
) -> Result<api::UntagOpenIDConnectProviderOutput, IamError> {
    let mut provider = edit(turn, &input.open_id_connect_provider_arn)?;
    tagging::remove(&mut provider.tags, &input.tag_keys);
    turn.put(provider);
    Ok(api::UntagOpenIDConnectProviderOutput {})
}

pub(super) fn list_open_id_connect_provider_tags(
    turn: &mut Turn<'_>,
    input: api::ListOpenIDConnectProviderTagsInput,
) -> Result<api::ListOpenIDConnectProviderTagsOutput, IamError> {
    let provider = edit(turn, &input.open_id_connect_provider_arn)?;
    let page = tag_page(&provider.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListOpenIDConnectProviderTagsOutput { tags: page.entries, is_truncated, marker: page.marker })
}

fn edit(turn: &Turn<'_>, arn: &str) -> Result<OidcProvider, IamError> {
    turn.edit_by_arn(arn)
}

/// Each once, in the order given.
fn checked(sent: Vec<String>) -> Result<Vec<String>, IamError> {
    let mut ids: Vec<String> = Vec::new();
    sent.into_iter().for_each(|id| {
        if !ids.contains(&id) {
            ids.push(id)
        }
    });
    if ids.len() > MAX_CLIENT_IDS {
        return Err(exceeds("ClientIdsPerOpenIdConnectProvider", MAX_CLIENT_IDS));
    }
    Ok(ids)
}

fn thumbprints(sent: Vec<String>) -> Result<Vec<String>, IamError> {
    if sent.len() > MAX_THUMBPRINTS {
        return Err(IamError::InvalidInput {
            message: "Thumbprint list must contain fewer than 5 entries.".to_owned(),
        });
    }
    Ok(sent)
}
