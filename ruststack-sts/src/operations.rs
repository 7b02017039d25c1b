//! The table of contents of STS: its operations, one file each.

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod assume_root;
mod decode_authorization_message;
mod get_access_key_info;
mod get_caller_identity;
mod get_delegated_access_token;
mod get_federation_token;
mod get_session_token;
mod get_web_identity_token;

use ruststack_core::{
    operation::Operations,
    record::{Recording, Resource},
    scope::Scope,
};
use serde_json::Value;

use crate::{Sts, api};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
static RECORDING: Recording = Recording {
    told_reads: &[
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "GetDelegatedAccessToken",
        "GetFederationToken",
        "GetSessionToken",
        "GetWebIdentityToken",
    ],
    reads: &["DecodeAuthorizationMessage"],
    hidden: &["EncodedMessage", "TradeInToken"],
    resource: role,
    ..Recording::USUAL
};

/// The role that is assumed.
fn role(_: &Scope, input: &Value) -> Option<Resource> {
    let arn = input.get("RoleArn")?.as_str()?;
    let account = arn.split(':').nth(4).map(str::to_owned);
    Some(Resource::new("AWS::IAM::Role", arn.to_owned()).of(account))
}

pub(crate) fn operations() -> Operations<Sts> {
    Operations::new(&api::MODEL)
        .requiring_version()
        .recorded_as(&RECORDING)
        .on::<api::AssumeRole, _, _, _>(assume_role::assume_role)
        .on::<api::AssumeRoleWithSAML, _, _, _>(assume_role_with_saml::assume_role_with_saml)
        .on::<api::AssumeRoleWithWebIdentity, _, _, _>(assume_role_with_web_identity::assume_role_with_web_identity)
        .on::<api::AssumeRoot, _, _, _>(assume_root::assume_root)
        .on::<api::DecodeAuthorizationMessage, _, _, _>(decode_authorization_message::decode_authorization_message)
        .on::<api::GetAccessKeyInfo, _, _, _>(get_access_key_info::get_access_key_info)
        .on::<api::GetCallerIdentity, _, _, _>(get_caller_identity::get_caller_identity)
        .on::<api::GetDelegatedAccessToken, _, _, _>(get_delegated_access_token::get_delegated_access_token)
        .on::<api::GetFederationToken, _, _, _>(get_federation_token::get_federation_token)
        .on::<api::GetSessionToken, _, _, _>(get_session_token::get_session_token)
        .on::<api::GetWebIdentityToken, _, _, _>(get_web_identity_token::get_web_identity_token)
}
