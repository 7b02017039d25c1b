//! Presigned URLs: whether all parameters are there.

use http::request::Parts;
use ruststack_core::{error::AwsError, service::ServiceSpec};

use crate::query;

const V4: [&str; 6] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"];
const V2: [&str; 3] = ["Signature", "Expires", "AWSAccessKeyId"];

/// Refuses a URL that has some of the parameters of a presigned one, and not all.
pub(super) fn check_complete(head: &Parts, service: &ServiceSpec) -> Result<(), AwsError> {
    let Some(text) = head.uri.query().filter(|_| service.error_style.is_bare_xml) else { return Ok(()) };
    let has = |name: &&&str| query::pairs(text).any(|(found, _)| found == **name);
    let (v4, v2) = (V4.iter().filter(has).count(), V2.iter().filter(has).count());
    // A lone `Expires` or `X-Amz-Date` says nothing.
    let is_v4 = query::pairs(text).any(|(name, _)| name == "X-Amz-Signature" || name == "X-Amz-Credential");
    let is_v2 = query::pairs(text).any(|(name, _)| name == "AWSAccessKeyId" || name == "Signature");
    if is_v4 && v4 < V4.len() {
        return Err(query_error(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ));
    }
    if is_v4
        && query::value(text, "X-Amz-Credential").is_some_and(|scope| scope.split('/').count() != 5)
        && !is_v4a(text)
    {
        return Err(query_error(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ));
    }
    if is_v2 && !is_v4 && v2 < V2.len() {
        let text = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
        return Err(AwsError::new(403, "AccessDenied", text));
    }
    Ok(())
}

fn is_v4a(text: &str) -> bool {
    query::value(text, "X-Amz-Algorithm").as_deref() == Some("AWS4-ECDSA-P256-SHA256")
}

fn query_error(message: &'static str) -> AwsError {
    AwsError::new(400, "AuthorizationQueryParametersError", message)
}
