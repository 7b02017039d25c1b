//! The golden table `cases.txt`: request heads, and what they are for.

use std::{borrow::Cow, sync::Arc};

use async_trait::async_trait;
use http::request::Parts;
use proptest::prelude::*;

use super::*;
use crate::{
    Request, Response,
    context::Context,
    error::AwsError,
    registry::{KnownService, ReservedHost},
    service::{Protocol, ServiceSpec, State},
    store::Stateless,
};

struct Fake(&'static ServiceSpec);

#[async_trait]
impl Service for Fake {
    fn spec(&self) -> &'static ServiceSpec {
        self.0
    }

    async fn call(self: Arc<Self>, _ctx: Context, _request: Request) -> Result<Response, AwsError> {
        Ok(Response::default())
    }

    fn state(&self) -> &dyn State {
        &Stateless
    }
}

const JSON: &[Protocol] = &[Protocol::AwsJson10];

static SPECS: &[ServiceSpec] = &[
    ServiceSpec { host_prefixes: &["s3"], host_markers: &["s3"], ..ServiceSpec::named("s3", &[Protocol::RestXml]) },
    ServiceSpec {
        signing_name: "s3",
        paths: &["/v20180820/"],
        ..ServiceSpec::named("s3control", &[Protocol::RestXml])
    },
    ServiceSpec {
        query_version: Some("2011-06-15"),
        query_actions: &["GetCallerIdentity", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"],
        host_prefixes: &["sts"],
        ..ServiceSpec::named("sts", &[Protocol::AwsQuery])
    },
    ServiceSpec {
        target_prefix: Some("AmazonSQS"),
        query_version: Some("2012-11-05"),
        query_actions: &["SendMessage", "TagResource"],
        host_prefixes: &["sqs", "queue"],
        host_markers: &["queue"],
        paths: &["/_aws/sqs/"],
        resource_paths: &["/{account}/{name}", "/queue/{region}/{account}/{name}"],
        ..ServiceSpec::named("sqs", &[Protocol::AwsJson10, Protocol::AwsQuery])
    },
    ServiceSpec {
        query_version: Some("2010-03-31"),
        query_actions: &["Publish", "TagResource"],
        host_prefixes: &["sns"],
        ..ServiceSpec::named("sns", &[Protocol::AwsQuery])
    },
    ServiceSpec {
        target_prefix: Some("DynamoDB_20120810"),
        host_prefixes: &["dynamodb"],
        ..ServiceSpec::named("dynamodb", JSON)
    },
    ServiceSpec {
        signing_name: "dynamodb",
        target_prefix: Some("DynamoDBStreams_20120810"),
        host_prefixes: &["streams.dynamodb"],
        ..ServiceSpec::named("dynamodbstreams", JSON)
    },
];

static DISABLED: ServiceSpec =
    ServiceSpec { query_actions: &["ListUsers"], ..ServiceSpec::named("iam", &[Protocol::AwsQuery]) };

static KNOWN: &[KnownService] = &[
    KnownService {
        name: "kms",
        signing_name: "kms",
        protocol: Protocol::AwsJson11,
        target_prefix: "TrentService",
        host_prefix: "kms",
    },
    KnownService {
        name: "cloudtrail",
        signing_name: "cloudtrail",
        protocol: Protocol::AwsJson11,
        target_prefix: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
        host_prefix: "cloudtrail",
    },
    KnownService {
        name: "cloudwatch",
        signing_name: "monitoring",
        protocol: Protocol::RpcV2Cbor,
        target_prefix: "GraniteServiceVersion20100801",
        host_prefix: "monitoring",
    },
];

static RESERVED: &[ReservedHost] = &[ReservedHost { marker: "execute-api", service: "apigateway" }];

fn registry() -> Registry {
    let services = SPECS.iter().map(|spec| Arc::new(Fake(spec)) as Arc<dyn Service>).collect();
    let registry = Registry::new(services).unwrap();
    registry.with_fallback("s3").with_known(KNOWN).with_reserved_hosts(RESERVED).with_disabled(vec![&DISABLED])
}

/// Enough of a credential for routing; the whole reading is `ruststack-auth`'s.
fn credential(head: &Parts) -> Option<Credential<'static>> {
    let header = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let make = |kind, service: Option<&str>| Credential {
        kind,
        access_key: Cow::Borrowed("AK"),
        date: None,
        region: None,
        service: service.map(|service| Cow::Owned(service.to_owned())),
    };
    if let Some(scope) = header.split("Credential=").nth(1) {
        return Some(make(SignatureKind::SigV4Header, scope.split('/').rev().nth(1)));
    }
    if header.starts_with("AWS ") {
        return Some(make(SignatureKind::SigV2Header, None));
    }
    let query = head.uri.query()?;
    if let Some(scope) = query.split("X-Amz-Credential=").nth(1) {
        let scope = scope.split('&').next()?.replace("%2F", "/");
        return Some(make(SignatureKind::SigV4Query, scope.split('/').rev().nth(1)));
    }
    query.contains("AWSAccessKeyId=").then(|| make(SignatureKind::SigV2Query, None))
}

fn describe(resolution: &Resolution) -> String {
    match resolution {
        Resolution::Service(found) => format!("{} {:?}", found.service.spec().name, found.protocol),
        Resolution::NeedsForm => "form".to_owned(),
        Resolution::NotImplemented { service, .. } => format!("501 {service}"),
        Resolution::Disabled { service, .. } => format!("disabled {service}"),
        Resolution::UnknownService => "unknown service".to_owned(),
        Resolution::NotFound => "not found".to_owned(),
    }
}

/// `METHOD uri | header: value | … => outcome`; `scope:x` stands for a header signature for service `x`, `form:` for
/// the body of a form.
fn decide(case: &str, registry: &Registry) -> String {
    let mut fields = case.split(" | ");
    let (method, uri) = fields.next().unwrap().split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(uri);
    let mut form = None;
    for field in fields {
        let (name, value) = field.split_once(':').unwrap();
        request = match name.trim() {
            "scope" => {
                let credential = format!(
                    "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/{value}/aws4_request, SignedHeaders=host, Signature=0"
                );
                request.header("authorization", credential)
            }
            "form" => {
                form = Some(value.trim().to_owned());
                request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            }
            name => request.header(name, value.trim()),
        };
    }
    let head = request.body(()).unwrap().into_parts().0;
    let resolution = resolve(&head, credential(&head).as_ref(), registry);
    match (resolution, form) {
        (Resolution::NeedsForm, Some(form)) => describe(&resolve_form(&head, form.as_bytes(), registry)),
        (resolution, _) => describe(&resolution),
    }
}

#[test]
fn the_golden_table_holds() {
    let registry = registry();
    let cases = include_str!("cases.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut wrong = Vec::new();
    for line in cases {
        let (case, expected) = line.split_once(" => ").unwrap_or_else(|| panic!("no outcome: {line}"));
        let found = decide(case, &registry);
        if found != expected {
            wrong.push(format!("{case}\n    expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn no_head_makes_it_panic(path in "/[!-~&&[^#?]]{0,30}", query in "[!-~&&[^#]]{0,40}", target in "[ -~]{0,30}", host in "[a-z0-9.:-]{0,30}") {
        let registry = registry();
        let request = http::Request::builder().uri(format!("{path}?{query}")).header("x-amz-target", target).header("host", host);
        if let Ok(request) = request.body(()) {
            let head = request.into_parts().0;
            let once = describe(&resolve(&head, credential(&head).as_ref(), &registry));
            prop_assert_eq!(once, describe(&resolve(&head, credential(&head).as_ref(), &registry)));
            describe(&resolve_form(&head, query.as_bytes(), &registry));
        }
    }
}
