//! All errors of S3, with AWS's codes, statuses, texts and members.

ruststack_core::aws_errors! {
    /// What S3 may refuse.
    pub enum S3Error {
        /// The bucket's owner turned ACLs off.
        AccessControlListNotSupported {} = 400, "The bucket does not allow ACLs";
        /// The caller may not, or the bucket is not whose the caller expects.
        AccessDenied {} = 403, "Access Denied";
        /// Another account has a bucket of this name.
        BucketAlreadyExists { bucket: String } = 409,
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
             Please select a different name and try again.",
            with { "BucketName": bucket };
        /// The caller has a bucket of this name.
        BucketAlreadyOwnedByYou { bucket: String } = 409,
            "Your previous request to create the named bucket succeeded and you already own it.",
            with { "BucketName": bucket };
        /// The bucket is or was versioned and holds versions or delete markers.
        BucketHoldsVersions { bucket: String } = 409, code "BucketNotEmpty",
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            with { "BucketName": bucket };
        /// The bucket was never versioned and holds objects.
        BucketNotEmpty { bucket: String } = 409, "The bucket you tried to delete is not empty",
            with { "BucketName": bucket };
        /// A bucket takes no more tags.
        BucketTagCount { limit: usize } = 400, code "BadRequest", "Bucket tag count cannot be greater than {limit}";
        /// A new bucket's tag uses the reserved prefix.
        CreatedTagIsSystemTag {} = 400, code "InvalidTag",
            "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. \
             Remove \"aws:\" from your tag keys and try again.";
        /// Two tags have one key.
        DuplicateTag { key: String } = 400, code "InvalidTag", "Cannot provide multiple Tags with the same key",
            with { "TagKey": key };
        /// A header grants to something that is neither id, uri nor email address.
        GrantFormat { header: String, value: String } = 400, code "InvalidArgument",
            "Argument format not recognized", with { "ArgumentName": header, "ArgumentValue": value };
        /// The endpoint's region cannot make buckets there.
        IllegalLocationConstraintException { constraint: String } = 400,
            "The {constraint} location constraint is incompatible for the region specific endpoint \
             this request was sent to.";
        /// A versioning configuration without a status.
        IllegalVersioningConfigurationException {} = 400, "The Versioning element must be specified";
        /// A bucket cannot be made with both ACLs and the setting that turns them off.
        InvalidBucketAclWithObjectOwnership {} = 400,
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
        /// The name breaks the rules for bucket names.
        InvalidBucketName { bucket: String } = 400, "The specified bucket is not valid.",
            with { "BucketName": bucket };
        /// `x-amz-expected-bucket-owner` is not an account id.
        InvalidBucketOwnerAWSAccountID { account: String } = 400,
            "The value of the expected bucket owner parameter must be an AWS Account ID... [{account}]";
        /// A region to list buckets of that AWS does not have.
        InvalidBucketRegion { region: String } = 400, code "InvalidArgument",
            "Argument value {region} is not a valid AWS Region", with { "ArgumentName": BUCKET_REGION };
        /// No such canned ACL.
        InvalidCannedAcl { value: String } = 400, code "InvalidArgument", "",
            with { "ArgumentName": X_AMZ_ACL, "ArgumentValue": value };
        /// The token of another list, or of no list.
        InvalidContinuationToken {} = 400, code "InvalidArgument", "The continuation token provided is incorrect",
            with { "ArgumentName": CONTINUATION_TOKEN };
        /// An encoding type other than `url`.
        InvalidEncodingType { value: String } = 400, code "InvalidArgument",
            "Invalid Encoding Method specified in Request",
            with { "ArgumentName": ENCODING_TYPE, "ArgumentValue": value };
        /// A grant to an id that is not a canonical user's.
        InvalidGrantId { argument: &'static str, value: String } = 400, code "InvalidArgument", "Invalid id",
            with { "ArgumentName": argument, "ArgumentValue": value };
        /// A grant to a group that AWS does not have.
        InvalidGroupUri { argument: &'static str, value: String } = 400, code "InvalidArgument", "Invalid group uri",
            with { "ArgumentName": argument, "ArgumentValue": value };
        /// The region or location does not exist, or needs no naming.
        InvalidLocationConstraint { constraint: String } = 400, "The specified location-constraint is not valid",
            with { "LocationConstraint": constraint };
        /// ListBuckets' page size is out of its range.
        InvalidMaxBuckets { value: String } = 400, code "InvalidArgument",
            "Argument maxBuckets must be an integer between 1 and 10000",
            with { "ArgumentName": MAX_BUCKETS, "ArgumentValue": value };
        /// No such ownership setting.
        InvalidObjectOwnership { value: String } = 400, code "InvalidArgument",
            "Invalid x-amz-object-ownership header: {value}", with { "ArgumentName": X_AMZ_OBJECT_OWNERSHIP };
        /// The tag's key is too long, empty, or has characters that tags cannot have.
        InvalidTagKey { key: String } = 400, code "InvalidTag", "The TagKey you have provided is invalid",
            with { "TagKey": key };
        /// The tag's value is too long, or has characters that tags cannot have.
        InvalidTagValue { key: String, value: String } = 400, code "InvalidTag",
            "The TagValue you have provided is invalid", with { "TagKey": key, "TagValue": value };
        /// `x-amz-tagging` is not a query string of distinct valid tags.
        InvalidTaggingHeader { value: String } = 400, code "InvalidArgument",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag \
             name duplicates.",
            with { "ArgumentName": X_AMZ_TAGGING, "ArgumentValue": value };
        /// The version id in the query is none.
        InvalidVersionId { argument: &'static str, value: String } = 400, code "InvalidArgument",
            "Invalid version id specified", with { "ArgumentName": argument, "ArgumentValue": value };
        /// The ACL document lacks an element or names a permission that does not exist.
        MalformedACLError {} = 400,
            "The XML you provided was not well-formed or did not validate against our published schema";
        /// The document lacks an element or has a value that its schema does not know.
        MalformedXML {} = 400,
            "The XML you provided was not well-formed or did not validate against our published schema";
        /// A page size that is no number.
        MaxKeysNotInteger { value: String } = 400, code "InvalidArgument",
            "Provided max-keys not an integer or within integer range",
            with { "ArgumentName": MAX_KEYS, "ArgumentValue": value };
        /// A page size below zero.
        MaxKeysOutOfRange { value: String } = 400, code "InvalidArgument",
            "Argument maxKeys must be an integer between 0 and 2147483647",
            with { "ArgumentName": MAX_KEYS_CAMEL, "ArgumentValue": value };
        /// The operation is not for delete markers.
        MethodNotAllowed { method: String, resource_type: &'static str } = 405,
            "The specified method is not allowed against this resource.",
            with { "Method": method, "ResourceType": resource_type };
        /// MFA delete changes only with a device of the account's root user.
        MfaRequired {} = 403, code "AccessDenied", "Mfa Authentication must be used for this request";
        /// An ACL is to be set, and none was sent.
        MissingAcl {} = 400, code "MissingSecurityHeader", "Your request was missing a required header",
            with { "MissingHeaderName": X_AMZ_ACL };
        /// The bucket does not exist.
        NoSuchBucket { bucket: String } = 404, "The specified bucket does not exist", with { "BucketName": bucket };
        /// The key does not exist, or its current version is a delete marker.
        NoSuchKey { key: String } = 404, "The specified key does not exist.", with { "Key": key };
        /// The bucket has no tags.
        NoSuchTagSet { bucket: String } = 404, "The TagSet does not exist", with { "BucketName": bucket };
        /// The key has no such version.
        NoSuchVersion { key: String, version_id: String } = 404, "The specified version does not exist.",
            with { "Key": key, "VersionId": version_id };
        /// An object takes no more tags.
        ObjectTagCount { limit: usize } = 400, code "BadRequest", "Object tags cannot be greater than {limit}";
        /// An object's tag uses the reserved prefix.
        ObjectTagIsSystemTag { key: String } = 400, code "InvalidTag", "Your TagKey cannot be prefixed with aws:",
            with { "TagKey": key };
        /// A bucket's tag uses the reserved prefix.
        SystemTag { key: String } = 400, code "InvalidTag", "System tags cannot be added/updated by requester",
            with { "TagKey": key };
        /// A canned ACL and grants in headers exclude each other.
        TwoKindsOfAcl {} = 400, code "InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed";
        /// An ACL in the body, and another in headers.
        UnexpectedContent {} = 400, "This request does not support content";
        /// We know no account's email address.
        UnresolvableGrantByEmailAddress {} = 400,
            "The e-mail address you provided does not match any account on record.";
        /// A version-id marker of an empty string.
        VersionIdMarkerEmpty {} = 400, code "InvalidArgument", "A version-id marker cannot be empty.",
            with { "ArgumentName": VERSION_ID_MARKER, "ArgumentValue": EMPTY };
        /// A version-id marker says where in a key's versions to go on, so the key must be said.
        VersionIdMarkerWithoutKey { value: String } = 400, code "InvalidArgument",
            "A version-id marker cannot be specified without a key marker.",
            with { "ArgumentName": VERSION_ID_MARKER, "ArgumentValue": value };
        /// Locked objects need their versions.
        VersioningIsLocked {} = 409, code "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
    }
}

const BUCKET_REGION: &str = "bucket-region";
const CONTINUATION_TOKEN: &str = "continuation-token";
const EMPTY: &str = "";
const ENCODING_TYPE: &str = "encoding-type";
const MAX_BUCKETS: &str = "maxBuckets";
const MAX_KEYS: &str = "max-keys";
const MAX_KEYS_CAMEL: &str = "maxKeys";
const VERSION_ID_MARKER: &str = "version-id-marker";
const X_AMZ_ACL: &str = "x-amz-acl";
const X_AMZ_OBJECT_OWNERSHIP: &str = "x-amz-object-ownership";
const X_AMZ_TAGGING: &str = "x-amz-tagging";
