//! Decisions: callers, policies, ACLs and public access blocks against each other.

use std::sync::Arc;

use http::Method;
use ruststack_core::{clock::Timestamp, identity::Principal, scope::AccountId};

use crate::{
    acl::{Acl, CanonicalUser, Grant, Grantee, Group, ObjectOwnership, Permission},
    bucket::{Bucket, PublicAccessBlock},
    bucket_policy,
    caller::{self, Caller},
    multipart::{Position, Upload},
    object::Object,
};

/// Of account 0, with an object `key`, ACLs and without a public access block.
struct Stage {
    owner: Caller,
    bucket: Arc<Bucket>,
}

impl Stage {
    fn new() -> Self {
        let owner = Caller::held_to_policies();
        let bucket = owner.bucket("bucket");
        {
            let mut settings = bucket.settings.write();
            settings.public_access_block = PublicAccessBlock(None);
            settings.ownership = ObjectOwnership::ObjectWriter;
        }
        caller::put_object(&bucket, "key", Object::default());
        Self { owner, bucket }
    }

    fn caller(&self, who: &str) -> Caller {
        let user = || Principal::User { name: "alice".to_owned(), path: "/".to_owned(), id: "AIDA".to_owned() };
        match who {
            "root" => self.owner.clone(),
            "user" => self.owner.with_principal(user()),
            "other" => self.owner.of_account(1).with_principal(user()),
            "anonymous" => self.owner.with_principal(Principal::Anonymous),
            unknown => panic!("{unknown}"),
        }
    }

    /// Statements, each `Effect who action resource`.
    fn set_policy(&self, statements: &[&str]) {
        let statements: Vec<_> = statements
            .iter()
            .map(|text| {
                let [effect, who, action, resource]: [&str; 4] =
                    text.split(' ').collect::<Vec<_>>().try_into().unwrap();
                format!(
                    r#"{{"Sid":"{effect}{who}","Effect":"{effect}","Principal":{{"AWS":"{who}"}},"Action":"s3:{action}","Resource":"arn:aws:s3:::{resource}"}}"#
                )
            })
            .collect();
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        self.set_policy_text(&text);
    }

    fn set_policy_text(&self, text: &str) {
        let policy = bucket_policy::parse(text.as_bytes(), &self.bucket).unwrap();
        self.bucket.settings.write().policy = Some(policy);
    }

    fn set_object_acl(&self, acl: Acl) {
        caller::put_object(&self.bucket, "key", Object { acl, ..Object::default() });
    }

    fn get(&self, who: &str) -> Result<(), String> {
        self.ask(who, "GetObject", Method::GET, "/bucket/key")
    }

    fn ask(&self, who: &str, operation: &str, method: Method, uri: &str) -> Result<(), String> {
        let call = self.caller(who).request(method, uri).call();
        call.check_access(operation).map_err(|error| error.message().to_owned())
    }
}

fn group(group: Group, permission: Permission) -> Acl {
    Acl::of(vec![Grant { grantee: Grantee::Group(group), permission }])
}

fn to_account(number: u64, permission: Permission) -> Acl {
    let account = ruststack_core::scope::AccountId::from_number(number).unwrap();
    Acl::of(vec![Grant { grantee: Grantee::User(CanonicalUser::of_account(account)), permission }])
}

const CALLERS: [&str; 4] = ["root", "user", "other", "anonymous"];

/// Who may read the object: root, a user of the account, another account, nobody in particular.
#[test]
fn policies_acls_and_blocks_decide_together() {
    const NONE: &[&str] = &[];
    let public = ["Allow * GetObject bucket/*"];
    let to_other = ["Allow 000000000001 GetObject bucket/*"];
    let deny_all = ["Allow * GetObject bucket/*", "Deny * GetObject bucket/*"];
    let deny_other = ["Allow * GetObject bucket/*", "Deny 000000000001 GetObject bucket/*"];
    let restricts = [false, false, false, true];
    let ignores = [false, true, false, false];
    let private = Acl::default();
    let to_all = || group(Group::AllUsers, Permission::Read);
    let to_signed = || group(Group::AuthenticatedUsers, Permission::Read);
    for (policy, acl, block, expected) in [
        (NONE, private.clone(), None, [true, true, false, false]),
        (&public, private.clone(), None, [true, true, true, true]),
        (&public, private.clone(), Some(restricts), [true, true, false, false]),
        (&public, private.clone(), Some(ignores), [true, true, true, true]),
        (&to_other, private.clone(), None, [true, true, true, false]),
        (&to_other, private.clone(), Some(restricts), [true, true, true, false]),
        (&deny_all, private.clone(), None, [false, false, false, false]),
        (&deny_other, private.clone(), None, [true, true, false, true]),
        (NONE, to_all(), None, [true, true, true, true]),
        (NONE, to_all(), Some(restricts), [true, true, true, true]),
        (NONE, to_all(), Some(ignores), [true, true, false, false]),
        (NONE, to_signed(), None, [true, true, true, false]),
        (NONE, to_signed(), Some(ignores), [true, true, false, false]),
        (NONE, to_account(1, Permission::Read), Some(ignores), [true, true, true, false]),
        (NONE, to_account(1, Permission::FullControl), None, [true, true, true, false]),
        (NONE, to_account(1, Permission::ReadAcp), None, [true, true, false, false]),
        (&deny_other, to_account(1, Permission::Read), None, [true, true, false, true]),
    ] {
        let stage = Stage::new();
        if !policy.is_empty() {
            stage.set_policy(policy);
        }
        stage.set_object_acl(acl.clone());
        stage.bucket.settings.write().public_access_block = PublicAccessBlock(block);
        let found = CALLERS.map(|who| stage.get(who).is_ok());
        assert_eq!(found, expected, "{policy:?} {acl:?} {block:?}");
    }
}

#[test]
fn where_the_owner_enforces_ownership_acls_grant_nothing() {
    let stage = Stage::new();
    stage.set_object_acl(group(Group::AllUsers, Permission::Read));
    assert!(stage.get("anonymous").is_ok());
    stage.bucket.settings.write().ownership = ObjectOwnership::BucketOwnerEnforced;
    assert!(stage.get("anonymous").is_err());
}

#[test]
fn a_refusal_says_what_is_missing_except_to_nobody() {
    let stage = Stage::new();
    let user = "User: arn:aws:iam::000000000001:user/alice is not authorized to perform: s3:GetObject on resource: \
                \"arn:aws:s3:::bucket/key\"";
    assert_eq!(stage.get("anonymous").unwrap_err(), "Access Denied");
    let expected = format!("{user} because no resource-based policy allows the s3:GetObject action");
    assert_eq!(stage.get("other").unwrap_err(), expected);
    stage.set_policy(&["Deny * GetObject bucket/*"]);
    assert_eq!(stage.get("other").unwrap_err(), format!("{user} with an explicit deny in a resource-based policy"));
    assert_eq!(stage.get("anonymous").unwrap_err(), "Access Denied");
}

#[test]
fn who_may_not_list_is_not_told_what_is_missing() {
    let stage = Stage::new();
    stage.set_policy(&["Allow * GetObject bucket/*"]);
    let missing = |who| stage.ask(who, "GetObject", Method::GET, "/bucket/missing");
    let error = missing("other").unwrap_err();
    assert!(error.contains("s3:ListBucket on resource: \"arn:aws:s3:::bucket\""), "{error}");
    assert_eq!((missing("anonymous").is_err(), missing("user")), (true, Ok(())));
    stage.set_policy(&["Allow * GetObject bucket/*", "Allow * ListBucket bucket"]);
    assert_eq!(CALLERS.map(|who| missing(who).is_ok()), [true; 4]);
    assert!(stage.ask("other", "HeadObject", Method::HEAD, "/none/key").is_ok(), "that is NoSuchBucket to all");
}

#[test]
fn versions_have_permissions_of_their_own() {
    let stage = Stage::new();
    stage.set_policy(&["Allow * GetObject bucket/*"]);
    let version = |operation, method| stage.ask("other", operation, method, "/bucket/key?versionId=null");
    assert!(version("GetObject", Method::GET).unwrap_err().contains("s3:GetObjectVersion "));
    stage.set_policy(&["Allow * GetObjectVersion bucket/*"]);
    assert_eq!(version("GetObject", Method::GET), Ok(()));
    assert!(version("DeleteObject", Method::DELETE).unwrap_err().contains("s3:DeleteObjectVersion "));
}

#[test]
fn headers_ask_for_permissions_too() {
    let stage = Stage::new();
    stage.set_policy(&["Allow * PutObject bucket/*", "Allow * DeleteObject bucket/*"]);
    let put = |operation: &str, header, value| {
        let call = stage.caller("other").request(Method::PUT, "/bucket/new").header(header, value).call();
        call.check_access(operation).map_err(|error| error.message().to_owned())
    };
    assert_eq!(put("PutObject", "x-amz-meta-a", "b"), Ok(()));
    for (operation, header, value, action) in [
        ("PutObject", "x-amz-tagging", "a=b", "s3:PutObjectTagging"),
        ("PutObject", "x-amz-acl", "private", "s3:PutObjectAcl"),
        ("CreateMultipartUpload", "x-amz-grant-read", "id=x", "s3:PutObjectAcl"),
        ("PutObject", "x-amz-object-lock-mode", "GOVERNANCE", "s3:PutObjectRetention"),
        ("PutObject", "x-amz-object-lock-legal-hold", "ON", "s3:PutObjectLegalHold"),
        ("DeleteObject", "x-amz-bypass-governance-retention", "true", "s3:BypassGovernanceRetention"),
        ("CopyObject", "x-amz-copy-source", "bucket/key", "s3:GetObject"),
        ("UploadPartCopy", "x-amz-copy-source", "/bucket/key?versionId=null", "s3:GetObjectVersion"),
    ] {
        let error = put(operation, header, value).unwrap_err();
        assert!(error.contains(&format!("{action} on resource")), "{header}: {error}");
    }
}

#[test]
fn conditions_see_the_request_and_the_object() {
    let statement = |condition: &str, action: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":"*","Action":"s3:{action}","Resource":"arn:aws:s3:::bucket{resource}","Condition":{{"StringEquals":{{{condition}}}}}}}}}"#
        )
    };
    let stage = Stage::new();
    let list =
        |query: &str| stage.ask("anonymous", "ListObjectsV2", Method::GET, &format!("/bucket?list-type=2&{query}"));
    stage.set_policy_text(&statement(r#""s3:prefix":"a/","s3:delimiter":"/""#, "ListBucket", ""));
    assert_eq!((list("prefix=a%2F&delimiter=/").is_ok(), list("prefix=b/&delimiter=/").is_ok()), (true, false));
    assert!(list("").is_err());

    stage.set_policy_text(&statement(r#""s3:ExistingObjectTag/public":"yes""#, "GetObject", "/*"));
    assert!(stage.get("anonymous").is_err());
    let tags = vec![("public".to_owned(), "yes".to_owned())];
    caller::put_object(&stage.bucket, "key", Object { tags, ..Object::default() });
    assert_eq!(stage.get("anonymous"), Ok(()));

    let put = |name, value| {
        let call = stage.caller("anonymous").request(Method::PUT, "/bucket/new").header(name, value).call();
        call.check_access("PutObject").is_ok()
    };
    stage.set_policy_text(&statement(r#""s3:x-amz-server-side-encryption":"aws:kms""#, "PutObject", "/*"));
    assert!(put("x-amz-server-side-encryption", "aws:kms") && !put("x-amz-server-side-encryption", "AES256"));
    stage.set_policy_text(&statement(r#""s3:RequestObjectTag/a":"b""#, "PutObject*", "/*"));
    assert!(put("x-amz-tagging", "a=b") && !put("x-amz-tagging", "a=c"));
}

#[test]
fn an_object_belongs_to_who_wrote_it_unless_they_gave_it_up() {
    let stage = Stage::new();
    stage.set_policy(&["Allow * GetObject bucket/*"]);
    let writer = ruststack_core::scope::AccountId::from_number(1).unwrap();
    stage.set_object_acl(Acl::default().owned_by(Some(writer)));
    assert_eq!(CALLERS.map(|who| stage.get(who).is_ok()), [false, false, true, false]);
    let delete = |who| stage.ask(who, "DeleteObject", Method::DELETE, "/bucket/key").is_ok();
    assert_eq!(CALLERS.map(delete), [true, true, false, false]);
    stage.set_policy(&["Deny * GetObject bucket/*"]);
    assert!(stage.get("other").is_err(), "a bucket's owner may deny all");
    stage.bucket.settings.write().ownership = ObjectOwnership::BucketOwnerEnforced;
    stage.bucket.settings.write().policy = None;
    assert_eq!(CALLERS.map(|who| stage.get(who).is_ok()), [true, true, false, false]);
}

#[test]
fn a_bucket_acl_lets_others_list_and_write() {
    let stage = Stage::new();
    let list = |who| stage.ask(who, "ListObjects", Method::GET, "/bucket").is_ok();
    let put = |who| stage.ask(who, "PutObject", Method::PUT, "/bucket/new").is_ok();
    for (permission, expected) in
        [(Permission::Read, (true, false)), (Permission::Write, (false, true)), (Permission::FullControl, (true, true))]
    {
        stage.bucket.settings.write().acl = group(Group::AllUsers, permission);
        assert_eq!((list("anonymous"), put("anonymous")), expected);
    }
    stage.bucket.settings.write().public_access_block = PublicAccessBlock(Some([false, true, false, false]));
    assert_eq!((list("anonymous"), put("other"), put("user")), (false, false, true));
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
#[test]
fn who_began_an_upload_may_list_its_parts_and_abort_it() {
    let stage = Stage::new();
    let begin = |initiator: Option<u64>, id: &str| {
        let position = Position { key: "key".to_owned(), sequence: 0, upload_id: id.to_owned() };
        let upload = Upload::new(position, Timestamp::UNIX_EPOCH, Object::default(), None, None);
        let initiator = initiator.and_then(AccountId::from_number);
        stage.bucket.uploads.lock().insert(upload.begun_by(initiator));
    };
    begin(Some(1), "theirs");
    begin(None, "owners");
    let ask = |operation, method: Method, id: &str| {
        let uri = format!("/bucket/key?uploadId={id}");
        CALLERS.map(|who| stage.ask(who, operation, method.clone(), &uri).is_ok())
    };
    for (operation, method) in [("AbortMultipartUpload", Method::DELETE), ("ListParts", Method::GET)] {
        assert_eq!(ask(operation, method.clone(), "theirs"), [true, true, true, false]);
        assert_eq!(ask(operation, method, "owners"), [true, true, false, false]);
    }
    stage.set_policy(&["Deny 000000000001 AbortMultipartUpload bucket/*"]);
    assert_eq!(ask("AbortMultipartUpload", Method::DELETE, "theirs"), [true, true, false, false]);
    assert_eq!(ask("ListParts", Method::GET, "theirs"), [true, true, true, false]);
}

#[test]
fn a_policy_is_its_accounts_to_mind() {
    let stage = Stage::new();
    stage.set_policy(&["Deny * * bucket", "Allow 000000000001 GetBucketPolicy bucket"]);
    let ask = |who| stage.ask(who, "GetBucketPolicy", Method::GET, "/bucket?policy");
    assert_eq!(ask("root"), Ok(()));
    assert!(ask("user").unwrap_err().ends_with("with an explicit deny in a resource-based policy"));
    stage.set_policy(&["Allow 000000000001 GetBucketPolicy bucket"]);
    assert_eq!(ask("other").unwrap_err(), "The specified method is not allowed against this resource.");
}

#[test]
fn what_has_no_bucket_is_for_who_has_an_account() {
    let stage = Stage::new();
    let list = |who| stage.ask(who, "ListBuckets", Method::GET, "/").is_ok();
    let create = |who| stage.ask(who, "CreateBucket", Method::PUT, "/new").is_ok();
    assert_eq!((CALLERS.map(list), CALLERS.map(create)), ([true, true, true, false], [true, true, true, false]));
}
