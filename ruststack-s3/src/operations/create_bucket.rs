//! `CreateBucket`: a name, a region, and what can be set from the start.

use std::sync::Arc;

use http::HeaderValue;
use ruststack_core::{error::AwsError, scope::Region};
use s3s::dto::{BucketLocationConstraint, CreateBucketConfiguration, CreateBucketInput, CreateBucketOutput};

use super::head_bucket::arn_header;
use crate::{
    acl::{AclHeaders, CanonicalUser, ObjectOwnership},
    bucket::{Bucket, Settings, Versioning},
    bucket_name,
    call::{Call, Reply},
    error::S3Error,
    public_access::Blocks,
    tags,
};

pub(crate) async fn create_bucket(call: Call, input: CreateBucketInput) -> Result<Reply<CreateBucketOutput>, AwsError> {
    bucket_name::validate(&input.bucket)?;
    let bucket = Arc::new(new_bucket(&call, input)?);
    let is_tagged = !bucket.settings.read().tags.is_empty();
    let _section = call.ctx().changes().begin()?;
    if let Err(existing) = call.s3.buckets.add(Arc::clone(&bucket), call.ctx().changes()) {
        refuse_unless_repeated(&call, &existing, is_tagged)?;
        return Ok(created(&call, &existing));
    }
    Ok(created(&call, &bucket))
}

fn new_bucket(call: &Call, input: CreateBucketInput) -> Result<Bucket, S3Error> {
    let scope = call.ctx().scope();
    let location = location(&scope.region, input.create_bucket_configuration)?;
    let settings = settings(call, &input.bucket, input.object_lock_enabled_for_bucket == Some(true), location.is_eu)?;
    Ok(Bucket::new(input.bucket, location.region, scope.account, call.ctx().now(), settings))
}

fn settings(call: &Call, bucket: &str, has_object_lock: bool, is_located_eu: bool) -> Result<Settings, S3Error> {
    let document = call.exchange.head().document.as_deref();
    let tags = document.map_or_else(|| Ok(Vec::new()), tags::from_bucket_configuration)?;
    let ownership = ownership(call.header("x-amz-object-ownership"))?;
    let owner = CanonicalUser::of_account(call.ctx().scope().account);
    let acl = AclHeaders::of(call)?.for_new_bucket(ownership, &owner)?;
    let resource = || format!("arn:{}:s3:::{bucket}", call.ctx().scope().partition());
    Blocks::of_account(call).check_acl(call, &acl, "s3:CreateBucket", resource)?;
    let versioning = if has_object_lock { Versioning::Enabled } else { Versioning::Unversioned };
    Ok(Settings { versioning, tags, ownership, acl, has_object_lock, is_located_eu, ..Settings::default() })
}

fn ownership(header: Option<&str>) -> Result<ObjectOwnership, S3Error> {
    let Some(value) = header else { return Ok(ObjectOwnership::default()) };
    ObjectOwnership::named(value).ok_or_else(|| S3Error::InvalidObjectOwnership { value: value.to_owned() })
}

/// Where a bucket is to be.
#[derive(PartialEq, Eq, Debug)]
struct Location {
    region: Region,
    /// Named `EU`.
    is_eu: bool,
}

/// us-east-1 makes buckets anywhere but must not be named; other regions make their own and must be named.
fn location(endpoint: &Region, configuration: Option<CreateBucketConfiguration>) -> Result<Location, S3Error> {
    let constraint = configuration.and_then(|configuration| configuration.location_constraint);
    let constraint = constraint.filter(|constraint| !constraint.as_str().is_empty());
    let constraint = constraint.as_ref().map(BucketLocationConstraint::as_str);
    let illegal = |constraint: &str| S3Error::IllegalLocationConstraintException { constraint: constraint.to_owned() };
    let is_us_east_1 = *endpoint == Region::US_EAST_1;
    let Some(constraint) = constraint else {
        let here = Location { region: endpoint.clone(), is_eu: false };
        return if is_us_east_1 { Ok(here) } else { Err(illegal("unspecified")) };
    };
    let is_eu = constraint == BucketLocationConstraint::EU;
    let region = if is_eu { "eu-west-1" } else { constraint };
    if !is_us_east_1 {
        let here = Location { region: endpoint.clone(), is_eu };
        return if region == endpoint.as_str() { Ok(here) } else { Err(illegal(constraint)) };
    }
    let elsewhere = |region: &Region| *region != Region::US_EAST_1 && region.partition() == endpoint.partition();
    let invalid = || S3Error::InvalidLocationConstraint { constraint: constraint.to_owned() };
    let region = Region::known(region).filter(elsewhere).ok_or_else(invalid)?;
    Ok(Location { region, is_eu })
}

/// In us-east-1 a bucket can be made again by its owner, which changes nothing; tags must not be sent again.
fn refuse_unless_repeated(call: &Call, existing: &Bucket, is_tagged: bool) -> Result<(), S3Error> {
    let (scope, bucket) = (call.ctx().scope(), existing.name.clone());
    if existing.owner != scope.account {
        return Err(S3Error::BucketAlreadyExists { bucket });
    }
    let is_in_us_east_1 = scope.region == Region::US_EAST_1 && existing.region == Region::US_EAST_1;
    if is_in_us_east_1 && !is_tagged { Ok(()) } else { Err(S3Error::BucketAlreadyOwnedByYou { bucket }) }
}

fn created(call: &Call, bucket: &Bucket) -> Reply<CreateBucketOutput> {
    let output = CreateBucketOutput { location: Some(url(call, bucket)) };
    let (name, value): (_, HeaderValue) = arn_header(bucket);
    Reply::from(output).with_header(name, value)
}

/// A path in us-east-1; elsewhere the bucket's own address, under the first domain we answer for.
fn url(call: &Call, bucket: &Bucket) -> String {
    let (name, endpoint) = (&bucket.name, call.ctx().endpoint());
    if bucket.region == Region::US_EAST_1 {
        return format!("/{name}");
    }
    let port = endpoint.host.rsplit_once(':').map_or("", |(_, port)| port);
    let port = if port.is_empty() { String::new() } else { format!(":{port}") };
    match call.s3.config.domains.first() {
        Some(domain) => format!("{}://{name}.s3.{domain}{port}/", endpoint.scheme),
        None => format!("{}://{}/{name}", endpoint.scheme, endpoint.host),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::caller::Caller;

    fn locate(endpoint: &str, constraint: Option<&str>) -> Result<Location, S3Error> {
        let configuration = CreateBucketConfiguration {
            location_constraint: constraint.map(|constraint| constraint.to_owned().into()),
            ..CreateBucketConfiguration::default()
        };
        location(&Region::known(endpoint).unwrap(), Some(configuration))
    }

    #[test]
    fn a_bucket_is_made_in_the_region_its_constraint_names() {
        for (endpoint, constraint, region, is_eu) in [
            ("us-east-1", None, "us-east-1", false),
            ("us-east-1", Some(""), "us-east-1", false),
            ("us-east-1", Some("us-west-2"), "us-west-2", false),
            ("us-east-1", Some("EU"), "eu-west-1", true),
            ("eu-west-1", Some("eu-west-1"), "eu-west-1", false),
            ("eu-west-1", Some("EU"), "eu-west-1", true),
        ] {
            let expected = Location { region: Region::known(region).unwrap(), is_eu };
            assert_eq!(locate(endpoint, constraint), Ok(expected), "{endpoint} {constraint:?}");
        }
    }

    #[test]
    fn us_east_1_does_not_know_itself_or_what_is_no_region() {
        for constraint in ["us-east-1", "foo", "aws-global", "cn-north-1"] {
            let invalid = S3Error::InvalidLocationConstraint { constraint: constraint.to_owned() };
            assert_eq!(locate("us-east-1", Some(constraint)), Err(invalid));
        }
    }

    #[test]
    fn other_regions_make_no_bucket_elsewhere() {
        for (endpoint, constraint, named) in [
            ("us-east-2", None, "unspecified"),
            ("us-east-2", Some(""), "unspecified"),
            ("us-east-2", Some("us-west-1"), "us-west-1"),
            ("us-west-1", Some("us-east-1"), "us-east-1"),
            ("us-west-1", Some("aws-global"), "aws-global"),
            ("us-east-2", Some("EU"), "EU"),
            ("eu-west-1", Some("bar"), "bar"),
        ] {
            let illegal = S3Error::IllegalLocationConstraintException { constraint: named.to_owned() };
            assert_eq!(locate(endpoint, constraint), Err(illegal));
        }
    }

    #[test]
    fn an_ownership_setting_is_one_of_three() {
        assert_eq!(ownership(None), Ok(ObjectOwnership::BucketOwnerEnforced));
        assert_eq!(ownership(Some("ObjectWriter")), Ok(ObjectOwnership::ObjectWriter));
        for wrong in ["RandomValue", ""] {
            let error = AwsError::from(ownership(Some(wrong)).unwrap_err());
            assert_eq!(error.message(), format!("Invalid x-amz-object-ownership header: {wrong}"));
            assert_eq!(error.members(), [("ArgumentName", "x-amz-object-ownership".to_owned())]);
        }
    }

    async fn create(caller: &Caller, document: &'static str) -> Result<Reply<CreateBucketOutput>, AwsError> {
        create_named(caller, "bucket", document).await
    }

    async fn create_named(
        caller: &Caller,
        name: &str,
        document: &'static str,
    ) -> Result<Reply<CreateBucketOutput>, AwsError> {
        let call = caller.request(Method::PUT, "/bucket").document(document).call();
        create_bucket(call, CreateBucketInput { bucket: name.to_owned(), ..CreateBucketInput::default() }).await
    }

    const NOTHING: &str = "";
    const TAGGED: &str = "<CreateBucketConfiguration><Tags><Tag><Key>tag1</Key><Value>value1</Value></Tag></Tags>\
                          </CreateBucketConfiguration>";

    /// Recorded: test_create_bucket_with_tags_us_east_1_idempotency.
    #[tokio::test]
    async fn us_east_1_makes_a_bucket_again_unless_it_is_tagged() {
        let caller = Caller::new();
        let reply = create(&caller, TAGGED).await.ok().unwrap();
        assert_eq!(reply.output.location.as_deref(), Some("/bucket"));
        assert_eq!(
            reply.headers,
            [("x-amz-bucket-arn".parse().unwrap(), HeaderValue::from_static("arn:aws:s3:::bucket"))]
        );
        assert!(create(&caller, NOTHING).await.is_ok());
        assert!(create(&caller, "<CreateBucketConfiguration><Tags/></CreateBucketConfiguration>").await.is_ok());
        let error = create(&caller, TAGGED).await.err().unwrap();
        assert_eq!((error.status().as_u16(), error.code()), (409, "BucketAlreadyOwnedByYou"));
        assert_eq!(caller.s3.buckets.get("bucket").unwrap().settings.read().tags.len(), 1);
    }

    #[tokio::test]
    async fn a_name_taken_by_another_account_is_not_available() {
        let caller = Caller::new();
        create(&caller, NOTHING).await.ok().unwrap();
        let error = create(&caller.of_account(1), NOTHING).await.err().unwrap();
        assert_eq!((error.status().as_u16(), error.code()), (409, "BucketAlreadyExists"));
    }

    /// Recorded: test_create_bucket_with_existing_name.
    #[tokio::test]
    async fn elsewhere_a_bucket_is_made_once() {
        let caller = Caller::new().in_region("eu-west-1");
        let input = || CreateBucketInput {
            bucket: "bucket".to_owned(),
            create_bucket_configuration: Some(CreateBucketConfiguration {
                location_constraint: Some("eu-west-1".to_owned().into()),
                ..CreateBucketConfiguration::default()
            }),
            ..CreateBucketInput::default()
        };
        let reply = create_bucket(caller.call(Method::PUT), input()).await.ok().unwrap();
        let location = "http://bucket.s3.localhost.localstack.cloud:4566/";
        assert_eq!(reply.output.location.as_deref(), Some(location));
        let error = create_bucket(caller.call(Method::PUT), input()).await.err().unwrap();
        assert_eq!(error.code(), "BucketAlreadyOwnedByYou");
    }

    #[tokio::test]
    async fn a_wrong_name_is_refused_before_all_else() {
        let error = create_named(&Caller::new(), "Bucket", "<broken").await.err().unwrap();
        assert_eq!((error.status().as_u16(), error.message()), (400, "The specified bucket is not valid."));
        assert_eq!(error.members(), [("BucketName", "Bucket".to_owned())]);
    }

    #[tokio::test]
    async fn object_lock_at_creation_turns_versioning_on() {
        let caller = Caller::new();
        let input = CreateBucketInput {
            bucket: "bucket".to_owned(),
            object_lock_enabled_for_bucket: Some(true),
            ..CreateBucketInput::default()
        };
        create_bucket(caller.call(Method::PUT), input).await.ok().unwrap();
        let bucket = caller.s3.buckets.get("bucket").unwrap();
        let settings = bucket.settings.read();
        assert!(settings.has_object_lock && settings.versioning == Versioning::Enabled);
    }
}
