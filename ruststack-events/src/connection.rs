//! A connection: how an API destination knows who asks. Its secrets are kept and never told.

use ruststack_core::{clock::Timestamp, scope::Scope};
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        self, ConnectionApiKeyAuthResponseParameters, ConnectionAuthResponseParameters,
        ConnectionBasicAuthResponseParameters, ConnectionHttpParameters, ConnectionOAuthClientResponseParameters,
        ConnectionOAuthResponseParameters, ConnectivityResourceParameters, CreateConnectionAuthRequestParameters,
    },
    bus::arn_prefix,
};

pub(crate) const AUTHORIZED: &str = "AUTHORIZED";
pub(crate) const AUTHORIZING: &str = "AUTHORIZING";
pub(crate) const DEAUTHORIZED: &str = "DEAUTHORIZED";
pub(crate) const OAUTH: &str = "OAUTH_CLIENT_CREDENTIALS";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) name: String,
    /// Two random parts of its ARN and its secret's.
    pub(crate) id: String,
    pub(crate) secret_id: String,
    pub(crate) description: Option<String>,
    pub(crate) authorization_type: String,
    pub(crate) parameters: CreateConnectionAuthRequestParameters,
    pub(crate) connectivity: Option<ConnectivityResourceParameters>,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) state: String,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) authorized_at: Timestamp,
}

impl Connection {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        format!("{}connection/{}/{}", arn_prefix(scope), self.name, self.id)
    }

    pub(crate) fn secret_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let (partition, name, id) = (scope.partition(), &self.name, &self.secret_id);
        format!("arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/{name}/{id}")
    }

    /// Who asks OAuth's servers has to wait for them; who shows a password or a key has not.
    pub(crate) fn state_of(authorization_type: &str) -> &'static str {
        if authorization_type == OAUTH { AUTHORIZING } else { AUTHORIZED }
    }

    /// As it is told: without secrets.
    pub(crate) fn told(&self) -> ConnectionAuthResponseParameters {
        let given = &self.parameters;
        ConnectionAuthResponseParameters {
            basic_auth_parameters: given
                .basic_auth_parameters
                .as_ref()
                .map(|basic| ConnectionBasicAuthResponseParameters { username: Some(basic.username.clone()) }),
            o_auth_parameters: given.o_auth_parameters.as_ref().map(|oauth| ConnectionOAuthResponseParameters {
                client_parameters: Some(ConnectionOAuthClientResponseParameters {
                    client_id: Some(oauth.client_parameters.client_id.clone()),
                }),
                authorization_endpoint: Some(oauth.authorization_endpoint.clone()),
                http_method: Some(oauth.http_method.clone()),
                o_auth_http_parameters: oauth.o_auth_http_parameters.clone().map(without_secrets),
            }),
            api_key_auth_parameters: given
                .api_key_auth_parameters
                .as_ref()
                .map(|key| ConnectionApiKeyAuthResponseParameters { api_key_name: Some(key.api_key_name.clone()) }),
            invocation_http_parameters: given.invocation_http_parameters.clone().map(without_secrets),
            connectivity_parameters: None,
        }
    }

    /// As lists show it.
    pub(crate) fn listed(&self, scope: &Scope) -> api::Connection {
        api::Connection {
            connection_arn: Some(self.arn(scope)),
            name: Some(self.name.clone()),
            connection_state: Some(self.state.clone()),
            state_reason: None,
            authorization_type: Some(self.authorization_type.clone()),
            creation_time: Some(self.created_at),
            last_modified_time: Some(self.modified_at),
            last_authorized_time: Some(self.authorized_at),
        }
    }
}

/// Values that are secret are left out.
fn without_secrets(mut parameters: ConnectionHttpParameters) -> ConnectionHttpParameters {
    for header in
        parameters.header_parameters.iter_mut().flatten().filter(|header| header.is_value_secret == Some(true))
    {
        header.value = None;
    }
    for query in
        parameters.query_string_parameters.iter_mut().flatten().filter(|query| query.is_value_secret == Some(true))
    {
        query.value = None;
    }
    for body in parameters.body_parameters.iter_mut().flatten().filter(|body| body.is_value_secret == Some(true)) {
        body.value = None;
    }
    parameters
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiDestination {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) connection_arn: String,
    pub(crate) invocation_endpoint: String,
    pub(crate) http_method: String,
    pub(crate) rate_limit: i32,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl ApiDestination {
    pub(crate) const DEFAULT_RATE_LIMIT: i32 = 300;

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        format!("{}api-destination/{}/{}", arn_prefix(scope), self.name, self.id)
    }

    /// It works when its connection does.
    pub(crate) fn state(connection: Option<&Connection>) -> String {
        let is_active = connection.is_some_and(|connection| connection.state == AUTHORIZED);
        if is_active { "ACTIVE" } else { "INACTIVE" }.to_owned()
    }

    /// As lists show it.
    pub(crate) fn listed(&self, scope: &Scope, connection: Option<&Connection>) -> api::ApiDestination {
        api::ApiDestination {
            api_destination_arn: Some(self.arn(scope)),
            name: Some(self.name.clone()),
            api_destination_state: Some(Self::state(connection)),
            connection_arn: Some(self.connection_arn.clone()),
            invocation_endpoint: Some(self.invocation_endpoint.clone()),
            http_method: Some(self.http_method.clone()),
            invocation_rate_limit_per_second: Some(self.rate_limit),
            creation_time: Some(self.created_at),
            last_modified_time: Some(self.modified_at),
        }
    }
}
