//! Signed requests: identified and verified, or refused.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use ruststack_auth::{Authenticator, Config, Mode, issued_keys::IssuedKeys};
use ruststack_core::{
    clock::Timestamp,
    identity::Authenticate as _,
    scope::AccountId,
    service::{ErrorStyle, Protocol, ServiceSpec},
};

static SPEC: ServiceSpec = ServiceSpec {
    error_style: ErrorStyle { is_bare_xml: true, ..ErrorStyle::PLAIN },
    ..ServiceSpec::named("s3", &[Protocol::RestXml])
};

fuzz_target!(|input: (&str, &str, &str, &[u8])| {
    let (uri, authorization, date, body) = input;
    let request = http::Request::builder().uri(uri).header("authorization", authorization).header("x-amz-date", date);
    let Ok(request) = request.body(()) else { return };
    let head = request.into_parts().0;
    let config = Config {
        mode: Mode::SigV4,
        verified_when_presigned: vec!["s3"],
        ports: Vec::new(),
        domains: Vec::new(),
        default_account: AccountId::DEFAULT,
        allows_nonstandard_regions: true,
        has_accounts_in_aws_keys: true,
    };
    let authenticator = Authenticator::new(config, IssuedKeys::default());
    let credential = authenticator.credential(&head);
    let body = Bytes::copy_from_slice(body);
    drop(authenticator.authenticate(&head, credential.as_ref(), &SPEC, Some(&body), Timestamp::from_seconds(1_792_567_680)));
});
