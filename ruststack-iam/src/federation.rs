//! Providers of identities from elsewhere: by OpenID Connect and by SAML.

use ruststack_core::{clock::Timestamp, journal::Table, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
};

pub(crate) static OIDC_TABLE: Table = Table::new("iam", "oidc_providers", 1);
pub(crate) static SAML_TABLE: Table = Table::new("iam", "saml_providers", 1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OidcProvider {
    /// Its address without `https://`, which is its name.
    pub(crate) url: String,
    pub(crate) created: Timestamp,
    pub(crate) client_ids: Vec<String>,
    pub(crate) thumbprints: Vec<String>,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SamlProvider {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) valid_until: Timestamp,
    pub(crate) metadata: String,
    pub(crate) encryption: Option<String>,
    pub(crate) tags: Tags,
}

impl Entity for OidcProvider {
    const RESOURCE: &'static str = "oidc-provider";

    fn table() -> &'static Table {
        &OIDC_TABLE
    }

    fn name(&self) -> &str {
        &self.url
    }

    fn path(&self) -> &str {
        "/"
    }

    fn missing(name: &str) -> IamError {
        no_such(format!("OpenIDConnect Provider not found for arn {name}"))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("Provider with url https://{name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.oidc_providers
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.oidc_providers
    }
}

impl Entity for SamlProvider {
    const RESOURCE: &'static str = "saml-provider";

    fn table() -> &'static Table {
        &SAML_TABLE
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn path(&self) -> &str {
        "/"
    }

    fn missing(name: &str) -> IamError {
        no_such(format!("Manifest not found for arn {name}"))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("SAMLProvider {name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.saml_providers
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.saml_providers
    }
}
