//! `CreateSAMLProvider` and its kin.
// Differs from AWS: metadata of SAML providers must be XML with an EntityDescriptor, and is not looked into further.

use std::time::Duration;

use ruststack_core::protocol::xml::Element;

use crate::{
    api,
    error::{IamError, invalid_input},
    federation::SamlProvider,
    operations::tags::tag_page,
    tagging,
    turn::Turn,
};

/// Where the metadata says nothing: a hundred years.
const VALID_FOR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(super) fn create_saml_provider(
    turn: &mut Turn<'_>,
    input: api::CreateSAMLProviderInput,
) -> Result<api::CreateSAMLProviderOutput, IamError> {
    turn.check_free::<SamlProvider>("/", &input.name)?;
    refuse_keys(input.add_private_key.as_ref())?;
    check_metadata(&input.saml_metadata_document)?;
    let provider = turn.put(SamlProvider {
        id: turn.new_id("ASAM"),
        created: turn.now(),
        valid_until: turn.now().plus(VALID_FOR),
        name: input.name,
        metadata: input.saml_metadata_document,
        encryption: input.assertion_encryption_mode,
        tags: tagging::of_request(input.tags)?,
    });
    let saml_provider_arn = Some(turn.arn_of(provider.as_ref()));
    Ok(api::CreateSAMLProviderOutput { saml_provider_arn, tags: tagging::described(&provider.tags) })
}

pub(super) fn get_saml_provider(
    turn: &mut Turn<'_>,
    input: api::GetSAMLProviderInput,
) -> Result<api::GetSAMLProviderOutput, IamError> {
    let provider = edit(turn, &input.saml_provider_arn)?;
    Ok(api::GetSAMLProviderOutput {
        saml_provider_uuid: Some(provider.id),
        saml_metadata_document: Some(provider.metadata),
        create_date: Some(provider.created),
        valid_until: Some(provider.valid_until),
        tags: Some(tagging::list(&provider.tags)),
        assertion_encryption_mode: provider.encryption,
        private_key_list: None,
    })
}

pub(super) fn list_saml_providers(
    turn: &mut Turn<'_>,
    _input: api::ListSAMLProvidersInput,
) -> Result<api::ListSAMLProvidersOutput, IamError> {
    let entry = |provider: &SamlProvider| api::SAMLProviderListEntry {
        arn: Some(turn.arn_of(provider)),
        valid_until: Some(provider.valid_until),
        create_date: Some(provider.created),
    };
    let list = turn.list::<SamlProvider>(None)?.iter().map(|(_, provider)| entry(provider)).collect();
    Ok(api::ListSAMLProvidersOutput { saml_provider_list: Some(list) })
}

pub(super) fn update_saml_provider(
    turn: &mut Turn<'_>,
    input: api::UpdateSAMLProviderInput,
) -> Result<api::UpdateSAMLProviderOutput, IamError> {
    let mut provider = edit(turn, &input.saml_provider_arn)?;
    refuse_keys(input.add_private_key.as_ref().or(input.remove_private_key.as_ref()))?;
    if let Some(metadata) = input.saml_metadata_document {
        check_metadata(&metadata)?;
        provider.metadata = metadata;
    }
    provider.encryption = input.assertion_encryption_mode.or(provider.encryption);
    turn.put(provider);
    Ok(api::UpdateSAMLProviderOutput { saml_provider_arn: Some(input.saml_provider_arn) })
}

pub(super) fn delete_saml_provider(
    turn: &mut Turn<'_>,
    input: api::DeleteSAMLProviderInput,
) -> Result<api::DeleteSAMLProviderOutput, IamError> {
    let provider = edit(turn, &input.saml_provider_arn)?;
    turn.remove::<SamlProvider>(&provider.name);
    Ok(api::DeleteSAMLProviderOutput {})
}

pub(super) fn tag_saml_provider(
    turn: &mut Turn<'_>,
    input: api::TagSAMLProviderInput,
) -> Result<api::TagSAMLProviderOutput, IamError> {
    let mut provider = edit(turn, &input.saml_provider_arn)?;
    provider.tags = tagging::add(&provider.tags, input.tags)?;
    turn.put(provider);
    Ok(api::TagSAMLProviderOutput {})
}

pub(super) fn untag_saml_provider(
    turn: &mut Turn<'_>,
    input: api::UntagSAMLProviderInput,
) -> Result<api::UntagSAMLProviderOutput, IamError> {
    let mut provider = edit(turn, &input.saml_provider_arn)?;
    tagging::remove(&mut provider.tags, &input.tag_keys);
    turn.put(provider);
    Ok(api::UntagSAMLProviderOutput {})
}

pub(super) fn list_saml_provider_tags(
    turn: &mut Turn<'_>,
    input: api::ListSAMLProviderTagsInput,
) -> Result<api::ListSAMLProviderTagsOutput, IamError> {
    let provider = edit(turn, &input.saml_provider_arn)?;
    let page = tag_page(&provider.tags, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListSAMLProviderTagsOutput { tags: page.entries, is_truncated, marker: page.marker })
}

fn edit(turn: &Turn<'_>, arn: &str) -> Result<SamlProvider, IamError> {
    turn.edit_by_arn(arn)
}

fn check_metadata(document: &str) -> Result<(), IamError> {
    let root = Element::parse(document.as_bytes()).ok().flatten();
    let is_metadata = root.is_some_and(|root| root.name == "EntityDescriptor" || root.name == "EntitiesDescriptor");
    if is_metadata { Ok(()) } else { Err(invalid_input("Could not parse metadata")) }
}

// Differs from AWS: private keys that decrypt SAML assertions are refused.
fn refuse_keys(key: Option<&String>) -> Result<(), IamError> {
    key.map_or(Ok(()), |_| Err(invalid_input("RustStack does not keep private keys of SAML providers.")))
}
