//! Connections and API destinations as they are told.

use super::*;

fn connection(authorization_type: &str, parameters: &Value) -> Value {
    json!({"Name": "c", "AuthorizationType": authorization_type, "AuthParameters": parameters})
}

/// Recorded: test_create_connection_with_auth, 2024.
#[tokio::test]
async fn secrets_are_never_told() {
    let oauth = json!({
        "ClientParameters": {"ClientID": "id", "ClientSecret": "s3cret"}, "HttpMethod": "POST",
        "AuthorizationEndpoint": "https://example.com/oauth",
    });
    let header = json!({"Key": "h", "Value": "s3cret", "IsValueSecret": true});
    let open = json!({"Key": "q", "Value": "open", "IsValueSecret": false});
    for (authorization_type, given, told, state) in [
        (
            "BASIC",
            json!({"BasicAuthParameters": {"Username": "user", "Password": "s3cret"}}),
            json!({"BasicAuthParameters": {"Username": "user"}}),
            "AUTHORIZED",
        ),
        (
            "API_KEY",
            json!({
                "ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "s3cret"},
                "InvocationHttpParameters": {"HeaderParameters": [header], "QueryStringParameters": [open]},
            }),
            json!({
                "ApiKeyAuthParameters": {"ApiKeyName": "key"},
                "InvocationHttpParameters": {
                    "HeaderParameters": [{"Key": "h", "IsValueSecret": true}], "QueryStringParameters": [open],
                },
            }),
            "AUTHORIZED",
        ),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            json!({"OAuthParameters": oauth}),
            json!({"OAuthParameters": {
                "ClientParameters": {"ClientID": "id"}, "HttpMethod": "POST",
                "AuthorizationEndpoint": "https://example.com/oauth",
            }}),
            "AUTHORIZING",
        ),
    ] {
        let emulator = emulator().await;
        let made = ok(&emulator, "CreateConnection", connection(authorization_type, &given)).await;
        assert_eq!(made["ConnectionState"], state);
        let described = ok(&emulator, "DescribeConnection", json!({"Name": "c"})).await;
        assert_eq!(described["AuthParameters"], told);
        let secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/c/";
        assert!(described["SecretArn"].as_str().unwrap().starts_with(secret));
        let listed = ok(&emulator, "ListConnections", json!({})).await;
        assert_eq!(listed["Connections"][0]["ConnectionArn"], made["ConnectionArn"]);
        assert!(!listed.to_string().contains("s3cret"));
    }
}

/// Recorded: test_update_connection, test_delete_connection, 2024.
#[tokio::test]
async fn connections_change_and_go() {
    let emulator = emulator().await;
    let basic = json!({"BasicAuthParameters": {"Username": "user", "Password": "pass"}});
    ok(&emulator, "CreateConnection", connection("BASIC", &basic)).await;
    let (_, message) = refused(&emulator, "CreateConnection", connection("BASIC", &basic)).await;
    assert_eq!(message, "Connection c already exists.");
    let (_, message) = refused(&emulator, "CreateConnection", connection("API_KEY", &basic)).await;
    assert_eq!(message, "Parameter ApiKeyAuthParameters is required for AuthorizationType API_KEY.");
    let other = json!({"BasicAuthParameters": {"Username": "other"}});
    let updated = ok(&emulator, "UpdateConnection", json!({"Name": "c", "AuthParameters": other})).await;
    assert_eq!(updated["ConnectionState"], "AUTHORIZED");
    let described = ok(&emulator, "DescribeConnection", json!({"Name": "c"})).await;
    assert_eq!(described["AuthParameters"], other);
    let gone = ok(&emulator, "DeauthorizeConnection", json!({"Name": "c"})).await;
    assert_eq!(gone["ConnectionState"], "DEAUTHORIZING");
    let described = ok(&emulator, "DescribeConnection", json!({"Name": "c"})).await;
    assert_eq!((&described["ConnectionState"], &described["AuthParameters"]), (&json!("DEAUTHORIZED"), &json!({})));
    let gone = ok(&emulator, "DeleteConnection", json!({"Name": "c"})).await;
    assert_eq!(gone["ConnectionState"], "DELETING");
    let (_, message) = refused(&emulator, "DescribeConnection", json!({"Name": "c"})).await;
    assert_eq!(message, "Failed to describe the connection(s). Connection 'c' does not exist.");
}

/// Recorded: test_api_destinations, 2024.
#[tokio::test]
async fn api_destinations_come_change_and_go() {
    let emulator = emulator().await;
    let basic = json!({"BasicAuthParameters": {"Username": "user", "Password": "pass"}});
    let made = ok(&emulator, "CreateConnection", connection("BASIC", &basic)).await;
    let arn = &made["ConnectionArn"];
    let destination = json!({
        "Name": "d", "ConnectionArn": arn, "InvocationEndpoint": "https://example.com/api", "HttpMethod": "POST",
    });
    let created = ok(&emulator, "CreateApiDestination", destination.clone()).await;
    assert_eq!(created["ApiDestinationState"], "ACTIVE");
    let (_, message) = refused(&emulator, "CreateApiDestination", destination.clone()).await;
    assert_eq!(message, "An api-destination 'd' already exists.");
    ok(&emulator, "UpdateApiDestination", json!({"Name": "d", "HttpMethod": "PUT", "Description": "new"})).await;
    let described = ok(&emulator, "DescribeApiDestination", json!({"Name": "d"})).await;
    let mut expected = destination;
    expected["HttpMethod"] = json!("PUT");
    for (name, value) in [
        ("Description", json!("new")),
        ("ApiDestinationArn", created["ApiDestinationArn"].clone()),
        ("ApiDestinationState", json!("ACTIVE")),
        ("InvocationRateLimitPerSecond", json!(300)),
        ("CreationTime", json!(1_792_567_680)),
        ("LastModifiedTime", json!(1_792_567_680)),
    ] {
        expected[name] = value;
    }
    assert_eq!(described, expected);
    let listed = ok(&emulator, "ListApiDestinations", json!({"ConnectionArn": arn})).await;
    assert_eq!(listed["ApiDestinations"][0]["Name"], "d");
    ok(&emulator, "DeleteApiDestination", json!({"Name": "d"})).await;
    let (_, message) = refused(&emulator, "DescribeApiDestination", json!({"Name": "d"})).await;
    assert_eq!(message, "Failed to describe the api-destination(s). An api-destination 'd' does not exist.");
}
