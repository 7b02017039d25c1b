//! `CreateGrant`, `ListGrants`, `ListRetirableGrants`, `RevokeGrant`, `RetireGrant`.

use ruststack_core::{
    operation::{Call, Operation},
    scope::Scope,
};

use crate::{
    Kms, access,
    api::{
        CreateGrant, CreateGrantInput, CreateGrantOutput, GrantListEntry, ListGrants, ListGrantsInput,
        ListGrantsOutput, ListRetirableGrants, ListRetirableGrantsInput, ListRetirableGrantsOutput, RetireGrant,
        RetireGrantInput, RetireGrantOutput, RevokeGrant, RevokeGrantInput, RevokeGrantOutput,
    },
    error::{KmsError, invalid},
    found::Found,
    grant::Grant,
    key::Key,
    limits::{DEFAULT_SMALL_PAGE, MAX_GRANTS},
    paging::{Page, page},
    requested::check_dry_run,
};

/// Characters, as AWS's have.
const GRANT_ID_LENGTH: usize = 64;
const GRANT_TOKEN_LENGTH: usize = 128;
const WHICH: &str = "Specify either a grant token, or a key ID and a grant ID.";

// Differs from AWS: grants of KMS are kept and told of, but allow nothing that policies do not.
pub(super) async fn create_grant(call: Call<Kms>, input: CreateGrantInput) -> Result<CreateGrantOutput, KmsError> {
    let found = Found::of_key::<CreateGrant>(&call, &input.key_id)?;
    found.key.check_enabled()?;
    check_dry_run(input.dry_run)?;
    let (id, token) = (call.ids().hex(GRANT_ID_LENGTH), call.ids().alphanumeric(GRANT_TOKEN_LENGTH));
    let Scope { account, .. } = call.scope();
    let issuer = format!("arn:{}:iam::{account}:root", call.scope().partition());
    let new = Grant::new(id, token, issuer, call.now(), &input);
    let grant = found.change(&call, |key| {
        if let Some(same) = key.grants.iter().find(|grant| new.is_same(grant)) {
            return Ok(same.clone());
        }
        if key.grants.len() >= MAX_GRANTS {
            let message = format!("A key has at most {MAX_GRANTS} grants.");
            return Err(KmsError::LimitExceededException { message });
        }
        key.grants.push(new.clone());
        Ok(new)
    })?;
    Ok(CreateGrantOutput { grant_token: Some(grant.token), grant_id: Some(grant.id) })
}

pub(super) async fn list_grants(call: Call<Kms>, input: ListGrantsInput) -> Result<ListGrantsOutput, KmsError> {
    let found = Found::of_key::<ListGrants>(&call, &input.key_id)?;
    let is_wanted = |grant: &Grant| {
        input.grant_id.as_ref().is_none_or(|id| *id == grant.id)
            && input.grantee_principal.as_ref().is_none_or(|grantee| *grantee == grant.grantee)
    };
    let grants = describe(&found.key, is_wanted);
    let page = sorted_page(grants, input.marker.as_deref(), input.limit)?;
    let truncated = Some(page.is_truncated());
    Ok(ListGrantsOutput { grants: Some(page.entries), next_marker: page.next_marker, truncated })
}

pub(super) async fn list_retirable_grants(
    call: Call<Kms>,
    input: ListRetirableGrantsInput,
) -> Result<ListRetirableGrantsOutput, KmsError> {
    access::check_in_account(call.service(), call.ctx(), ListRetirableGrants::SHAPE.name)?;
    let is_wanted = |grant: &Grant| grant.retiring.as_ref() == Some(&input.retiring_principal);
    let keys = call.service().keys_now(call.ctx(), call.scope())?;
    let grants: Vec<_> = keys.lock().keys().flat_map(|key| describe(key, is_wanted)).collect();
    let page = sorted_page(grants, input.marker.as_deref(), input.limit)?;
    let truncated = Some(page.is_truncated());
    Ok(ListRetirableGrantsOutput { grants: Some(page.entries), next_marker: page.next_marker, truncated })
}

pub(super) async fn revoke_grant(call: Call<Kms>, input: RevokeGrantInput) -> Result<RevokeGrantOutput, KmsError> {
    let found = Found::of_key::<RevokeGrant>(&call, &input.key_id)?;
    end(&call, &found, &input.grant_id, input.dry_run).map(|()| RevokeGrantOutput {})
}

pub(super) async fn retire_grant(call: Call<Kms>, input: RetireGrantInput) -> Result<RetireGrantOutput, KmsError> {
    let (key_id, grant_id) = match (input.grant_token, input.key_id, input.grant_id) {
        (Some(token), None, None) => of_token(&call, &token)?,
        (None, Some(key_id), Some(grant_id)) => (key_id, grant_id),
        _ => return Err(invalid(WHICH)),
    };
    let found = Found::of_key::<RetireGrant>(&call, &key_id)?;
    end(&call, &found, &grant_id, input.dry_run).map(|()| RetireGrantOutput {})
}

fn end(call: &Call<Kms>, found: &Found, grant_id: &str, dry_run: Option<bool>) -> Result<(), KmsError> {
    found.change(call, |key| {
        let index = key.grants.iter().position(|grant| grant.id == grant_id);
        let index = index.ok_or(KmsError::InvalidGrantIdException {})?;
        check_dry_run(dry_run)?;
        key.grants.remove(index);
        Ok(())
    })
}

/// Ids of key and grant.
fn of_token(call: &Call<Kms>, token: &str) -> Result<(String, String), KmsError> {
    let keys = call.service().keys_now(call.ctx(), call.scope())?;
    let contents = keys.lock();
    let mut grants = contents.keys().flat_map(|key| key.grants.iter().map(move |grant| (key, grant)));
    let found = grants.find(|(_, grant)| grant.token == token);
    found.map(|(key, grant)| (key.id.clone(), grant.id.clone())).ok_or(KmsError::InvalidGrantTokenException {})
}

fn describe(key: &Key, is_wanted: impl Fn(&Grant) -> bool) -> Vec<(String, GrantListEntry)> {
    let wanted = key.grants.iter().filter(|grant| is_wanted(grant));
    wanted.map(|grant| (grant.id.clone(), grant.describe(&key.arn))).collect()
}

fn sorted_page(
    mut grants: Vec<(String, GrantListEntry)>,
    marker: Option<&str>,
    limit: Option<i32>,
) -> Result<Page<GrantListEntry>, KmsError> {
    grants.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    page(grants.into_iter(), marker, limit, DEFAULT_SMALL_PAGE)
}
