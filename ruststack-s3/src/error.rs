//! All errors of S3, with AWS's codes, statuses, texts and members, sorted by name.

ruststack_core::aws_errors! {
    /// What S3 may refuse.
    pub enum S3Error {
        /// Acceleration works through host names of one label.
        AccelerateDottedName {} = 400, code "InvalidRequest",
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names";
        /// The bucket's owner turned ACLs off.
        AccessControlListNotSupported {} = 400, "The bucket does not allow ACLs";
        /// The caller may not, or the bucket is not whose the caller expects.
        AccessDenied {} = 403, "Access Denied";
        /// The body is not what the checksum says.
        BadChecksum { algorithm: &'static str } = 400, code "BadDigest",
            "The {algorithm} you specified did not match the calculated checksum.";
        /// The body is not what `Content-MD5` says.
        BadContentMd5 { calculated: String, expected: String } = 400, code "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            with { "ExpectedDigest": expected, "CalculatedDigest": calculated };
        /// A part's checksum in the list of parts is not what was uploaded.
        BadPartChecksum { algorithm: &'static str, number: u16 } = 400, code "BadDigest",
            "The {algorithm} you specified for part {number} did not match what we received.";
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
        /// There is no retention to bypass.
        BypassWithoutLock {} = 400, code "InvalidArgument",
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
            with { "ArgumentName": X_AMZ_BYPASS };
        /// `x-amz-sdk-checksum-algorithm` names no algorithm.
        ChecksumAlgorithmInvalid {} = 400, code "InvalidRequest",
            "Value for x-amz-sdk-checksum-algorithm header is invalid.";
        /// We do not know the algorithm.
        ChecksumAlgorithmUnsupported {} = 400, code "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
             [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
        /// `x-amz-sdk-checksum-algorithm` announces a checksum that does not come.
        ChecksumAnnouncedButMissing {} = 400, code "InvalidRequest",
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers \
             were found.";
        /// The checksum is not base64, or of the wrong length.
        ChecksumHeaderInvalid { header: &'static str } = 400, code "InvalidRequest", "Value for {header} header is invalid.";
        /// Two checksums.
        ChecksumHeadersMany {} = 400, code "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
        /// A composite upload is completed with a checksum for each part.
        ChecksumMissingForPart { algorithm: &'static str, number: u16 } = 400, code "InvalidRequest",
            "The upload was created using a {algorithm} checksum. The complete request must include the checksum for \
             each part. It was missing for part {number} in the request.";
        /// The upload was made for another kind of checksum.
        ChecksumModeMismatch { mode: &'static str } = 400, code "InvalidRequest",
            "The upload was created using the {mode} checksum mode. The complete request must use the same checksum mode.";
        /// A checksum was sent with a part that is not of the upload's algorithm.
        ChecksumTypeMismatch { expected: &'static str, actual: &'static str } = 400, code "InvalidRequest",
            "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}";
        /// That algorithm cannot be combined that way.
        ChecksumTypeNotForAlgorithm { kind: &'static str, algorithm: &'static str } = 400, code "InvalidRequest",
            "The {kind} checksum type cannot be used with the {algorithm} checksum algorithm.";
        /// The kind of checksum does not exist.
        ChecksumTypeUnknown {} = 400, code "InvalidRequest", "Value for x-amz-checksum-type header is invalid.";
        /// A kind of checksum without an algorithm.
        ChecksumTypeWithoutAlgorithm {} = 400, code "InvalidRequest",
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
        /// A chunk's signature is not that of its bytes.
        ChunkSignatureMismatch {} = 403, code "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing \
             method.";
        /// The key was deleted while the upload was in progress.
        ConditionalRequestConflict { condition: &'static str, key: String } = 409,
            "The conditional request cannot succeed due to a conflicting operation against this resource.",
            with { "Condition": condition, "Key": key };
        /// The range to copy ends beyond the source.
        CopyRangeBeyondEnd { size: u64, value: String } = 400, code "InvalidArgument",
            "Range specified is not valid for source object of size: {size}",
            with { "ArgumentName": X_AMZ_COPY_SOURCE_RANGE, "ArgumentValue": value };
        /// The range to copy has not the one form it may have.
        CopyRangeForm { value: String } = 400, code "InvalidArgument",
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
             zero-based offsets of the first and last bytes to copy",
            with { "ArgumentName": X_AMZ_COPY_SOURCE_RANGE, "ArgumentValue": value };
        /// The range to copy begins beyond the source.
        CopyRangeInvalid {} = 400, code "InvalidRequest",
            "The specified copy range is invalid for the source object size";
        /// `x-amz-copy-source` is not a bucket and a key.
        CopySourceInvalid {} = 400, code "InvalidArgument",
            "Invalid copy source object key", with { "ArgumentName": X_AMZ_COPY_SOURCE, "ArgumentValue": X_AMZ_COPY_SOURCE };
        /// A copy names a delete marker.
        CopySourceIsDeleteMarker {} = 400, code "InvalidRequest",
            "The source of a copy request may not specifically refer to a delete marker by version id.";
        /// The copied object is larger than one copy may be.
        CopySourceTooLarge { limit: u64 } = 400, code "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy source: {limit}";
        /// An object is copied to itself without a change.
        CopyToItself {} = 400, code "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.";
        /// A browser asks about a bucket that is not there.
        CorsBucketNotFound { method: String } = 403, code "AccessForbidden", "CORSResponse: Bucket not found",
            with { "Method": method, "ResourceType": BUCKET };
        /// A header of an answer that scripts may read is named with a wildcard.
        CorsExposeHeaderWildcard { header: String } = 400, code "InvalidRequest",
            "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader.";
        /// No rule lets the browser in.
        CorsForbidden { method: String, resource_type: &'static str } = 403, code "AccessForbidden",
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request \
             method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
             resource's CORS spec.",
            with { "Method": method, "ResourceType": resource_type };
        /// A rule for browsers names a method that S3 has not.
        CorsMethodUnsupported { method: String } = 400, code "InvalidRequest",
            "Found unsupported HTTP method in CORS config. Unsupported method is {method}";
        /// The bucket says nothing of browsers.
        CorsNotEnabled { method: String } = 403, code "AccessForbidden",
            "CORSResponse: CORS is not enabled for this bucket.", with { "Method": method, "ResourceType": BUCKET };
        /// A request that only browsers send does not say from where.
        CorsOriginMissing {} = 400, code "BadRequest", "Insufficient information. Origin request header needed.";
        /// A pattern of a rule for browsers has more than one wildcard.
        CorsTwoWildcards { member: &'static str, pattern: String } = 400, code "InvalidRequest",
            "{member} \"{pattern}\" can not have more than one wildcard.";
        /// A new bucket's tag uses the reserved prefix.
        CreatedTagIsSystemTag {} = 400, code "InvalidTag",
            "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. \
             Remove \"aws:\" from your tag keys and try again.";
        /// Logs cannot be written to another region.
        CrossLocationLoggingProhibitted { target: String } = 403, "Cross S3 location logging not allowed. ",
            with { "TargetBucketLocation": target };
        /// The same, of a bucket that is not in us-east-1.
        CrossLocationLoggingProhibittedElsewhere { source: String, target: String } = 403,
            code "CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ",
            with { "SourceBucketLocation": source, "TargetBucketLocation": target };
        /// SSE-C knows AES256 alone.
        CustomerKeyAlgorithm { value: String } = 400, code "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            with { "ArgumentName": X_AMZ_SSE, "ArgumentValue": value };
        /// SSE-C without its algorithm.
        CustomerKeyAlgorithmMissing {} = 400, code "InvalidArgument",
            "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption \
             algorithm.",
            with { "ArgumentName": X_AMZ_SSE };
        /// SSE-C and another encryption.
        CustomerKeyIncompatible { value: String } = 400, code "InvalidArgument",
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
            with { "ArgumentName": X_AMZ_SSE, "ArgumentValue": value };
        /// SSE-C's key has not 256 bits.
        CustomerKeyInvalid {} = 400, code "InvalidArgument", "The secret key was invalid for the specified algorithm.",
            with { "ArgumentName": X_AMZ_SSE };
        /// SSE-C's key is not what its MD5 says.
        CustomerKeyMd5Mismatch {} = 400, code "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
            with { "ArgumentName": X_AMZ_SSE };
        /// SSE-C without its key.
        CustomerKeyMissing {} = 400, code "InvalidArgument",
            "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret \
             key.",
            with { "ArgumentName": X_AMZ_SSE };
        /// An object is read with a key that it does not need.
        CustomerKeyNotApplicable {} = 400, code "InvalidRequest",
            "The encryption parameters are not applicable to this object.";
        /// An encrypted object is read without its key.
        CustomerKeyRequired {} = 400, code "InvalidRequest",
            "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to \
             retrieve the object.";
        /// Another key.
        CustomerKeyWrong {} = 403, code "AccessDenied",
            "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.";
        /// A default encryption by S3's own keys names a key of KMS.
        DefaultKeyNotApplicable {} = 400, code "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            with { "ArgumentName": APPLY_SSE };
        /// The default retention lasts no time.
        DefaultRetentionNotPositive {} = 400, code "InvalidArgument",
            "Default retention period must be a positive integer value.";
        /// Two tags have one key.
        DuplicateTag { key: String } = 400, code "InvalidTag", "Cannot provide multiple Tags with the same key",
            with { "TagKey": key };
        /// A public access block that says nothing.
        EmptyPublicAccessBlock {} = 400, code "InvalidRequest", "Must specify at least one configuration.";
        /// The encryption algorithm does not exist.
        EncryptionAlgorithmUnknown { value: String } = 400, code "InvalidArgument",
            "The encryption method specified is not supported",
            with { "ArgumentName": X_AMZ_SSE, "ArgumentValue": value };
        /// The context of a key is not a map of strings.
        EncryptionContextInvalid {} = 400, code "InvalidArgument",
            "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which \
             represents a string-string map",
            with { "ArgumentName": X_AMZ_SSE_CONTEXT };
        /// Encryption is named where it was named before.
        EncryptionNotSupportedHere { value: String } = 400, code "InvalidArgument",
            "x-amz-server-side-encryption header is not supported for this operation.",
            with { "ArgumentName": X_AMZ_SSE, "ArgumentValue": value };
        /// The encryption of an object that is there can be changed from S3's keys or KMS's, not from others.
        EncryptionNotUpdated {} = 400, code "InvalidRequest",
            "The encryption type of the object does not allow this operation.";
        /// The upload is larger than one request may be.
        EntityTooLarge { size: u64, limit: u64 } = 400, "Your proposed upload exceeds the maximum allowed size",
            with { "ProposedSize": size, "MaxSizeAllowed": limit };
        /// A part that is not the last is smaller than 5 MiB.
        EntityTooSmall { size: u64, limit: u64, number: u16, etag: String } = 400,
            "Your proposed upload is smaller than the minimum allowed size",
            with { "ProposedSize": size, "MinSizeAllowed": limit, "PartNumber": number, "ETag": etag };
        /// A header grants to something that is neither id, uri nor email address.
        GrantFormat { header: String, value: String } = 400, code "InvalidArgument",
            "Argument format not recognized", with { "ArgumentName": header, "ArgumentValue": value };
        /// A header of the answer cannot be written.
        HeaderNotLatin1 { name: String, value: String } = 400, code "InvalidArgument",
            "Header value cannot be represented using ISO-8859-1.", with { "ArgumentName": name, "ArgumentValue": value };
        /// The document and the query name two configurations.
        IdMismatch {} = 400, "Document ID does not match the specified configuration ID.";
        /// The endpoint's region cannot make buckets there.
        IllegalLocationConstraintException { constraint: String } = 400,
            "The {constraint} location constraint is incompatible for the region specific endpoint \
             this request was sent to.";
        /// A versioning configuration without a status.
        IllegalVersioningConfigurationException {} = 400, "The Versioning element must be specified";
        /// The body ended before it was complete.
        IncompleteBody {} = 400, "You did not provide the number of bytes specified by the Content-Length HTTP header";
        /// Bytes that were stored cannot be written or read; the cause is on the log.
        InternalError {} = 500, "We encountered an internal error. Please try again.";
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
        /// A chunk's size, signature or end is not where it must be.
        InvalidChunkFraming {} = 400, code "InvalidRequest", "The request body is not framed as aws-chunked requires.";
        /// The length is not a number.
        InvalidContentLength {} = 400, code "InvalidArgument", "Content-Length is not a number";
        /// The token of another list, or of no list.
        InvalidContinuationToken {} = 400, code "InvalidArgument", "The continuation token provided is incorrect",
            with { "ArgumentName": CONTINUATION_TOKEN };
        /// `Content-MD5` is not the base64 of 16 bytes.
        InvalidDigest { value: String } = 400, "The Content-MD5 you specified was invalid.",
            with { "Content-MD5": value };
        /// A directive of a copy that does not exist.
        InvalidDirective { header: &'static str, name: &'static str, value: String } = 400, code "InvalidArgument",
            "Unknown {name} directive.", with { "ArgumentName": header, "ArgumentValue": value };
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
        /// A page of uploads has a size from zero.
        InvalidMaxUploads { value: String } = 400, code "InvalidArgument",
            "Argument max-uploads must be an integer between 0 and 2147483647",
            with { "ArgumentName": MAX_UPLOADS, "ArgumentValue": value };
        /// No such ownership setting.
        InvalidObjectOwnership { value: String } = 400, code "InvalidArgument",
            "Invalid x-amz-object-ownership header: {value}", with { "ArgumentName": X_AMZ_OBJECT_OWNERSHIP };
        /// The object is in an archive.
        InvalidObjectState { storage_class: &'static str } = 403,
            "The operation is not valid for the object's storage class", with { "StorageClass": storage_class };
        /// A part that was not uploaded, or another one.
        InvalidPart { upload_id: String, number: u16, etag: String } = 400,
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
             specified entity tag may not match the part's entity tag.",
            with { "UploadId": upload_id, "PartNumber": number, "ETag": etag };
        /// The object has fewer parts.
        InvalidPartNumber { requested: i64, actual: usize } = 416, "The requested partnumber is not satisfiable",
            with { "PartNumberRequested": requested, "ActualPartCount": actual };
        /// Parts are completed in order.
        InvalidPartOrder { upload_id: String } = 400,
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
            with { "UploadId": upload_id };
        /// A bucket policy names who cannot be a principal.
        InvalidPrincipalInPolicy { detail: String } = 400, code "MalformedPolicy", "Invalid principal in policy",
            with { "Detail": detail };
        /// The range lies beyond the object.
        InvalidRange { size: u64, requested: String } = 416, "The requested range is not satisfiable",
            with { "ActualObjectSize": size, "RangeRequested": requested };
        /// A report's destination is no bucket's ARN.
        InvalidS3DestinationBucket {} = 400, "Invalid bucket ARN.";
        /// No such storage class.
        InvalidStorageClass { requested: String } = 400, "The storage class you specified is not valid",
            with { "StorageClassRequested": requested };
        /// The tag's key is too long, empty, or has characters that tags cannot have.
        InvalidTagKey { key: String } = 400, code "InvalidTag", "The TagKey you have provided is invalid",
            with { "TagKey": key };
        /// S3 Control's words for a key or value that tags cannot have.
        InvalidTagOfResource {} = 400, code "InvalidTag",
            "This request contains a tag key or value that isn't valid. Valid characters include the following: \
             [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.";
        /// The tag's value is too long, or has characters that tags cannot have.
        InvalidTagValue { key: String, value: String } = 400, code "InvalidTag",
            "The TagValue you have provided is invalid", with { "TagKey": key, "TagValue": value };
        /// `x-amz-tagging` is not a query string of distinct valid tags.
        InvalidTaggingHeader { value: String } = 400, code "InvalidArgument",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag \
             name duplicates.",
            with { "ArgumentName": X_AMZ_TAGGING, "ArgumentValue": value };
        /// Logs are to be written to a bucket that is not there.
        InvalidTargetBucketForLogging { bucket: String } = 400, "The target bucket for logging does not exist",
            with { "TargetBucket": bucket };
        /// Logs are to be written to another account's bucket.
        InvalidTargetBucketOwnerForLogging { bucket: String } = 400, code "InvalidTargetBucketForLogging",
            "The owner for the bucket to be logged and the target bucket must be the same.",
            with { "TargetBucket": bucket };
        /// The path cannot be decoded.
        InvalidURI {} = 400, "Couldn't parse the specified URI.";
        /// The marker is no upload of the key marker's.
        InvalidUploadIdMarker { value: String } = 400, code "InvalidArgument", "Invalid uploadId marker",
            with { "ArgumentName": UPLOAD_ID_MARKER, "ArgumentValue": value };
        /// The version id in the query is none.
        InvalidVersionId { argument: &'static str, value: String } = 400, code "InvalidArgument",
            "Invalid version id specified", with { "ArgumentName": argument, "ArgumentValue": value };
        /// The key is longer than 1024 bytes.
        KeyTooLongError { size: usize, limit: usize } = 400, "Your key is too long",
            with { "Size": size, "MaxSizeAllowed": limit };
        /// A key of KMS that is in another region.
        KmsArnInvalid { region: String } = 400, code "KMS.NotFoundException", "Invalid arn {region}";
        /// A key of KMS that is switched off.
        KmsKeyDisabled { arn: String } = 400, code "KMS.DisabledException", "{arn} is disabled.";
        /// A key of KMS whose name no key has.
        KmsKeyInvalid { key: String } = 400, code "KMS.NotFoundException", "Invalid keyId '{key}'";
        /// A key that KMS does not find, in its words.
        KmsKeyNotFound { message: String } = 400, code "KMS.NotFoundException", "{message}";
        /// A key of KMS that is about to be deleted.
        KmsKeyPendingDeletion { arn: String } = 400, code "KMS.KMSInvalidStateException", "{arn} is pending deletion.";
        /// A key of KMS for an encryption that is not KMS's.
        KmsKeyWithoutKms {} = 400, code "InvalidArgument",
            "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
            with { "ArgumentName": X_AMZ_SSE };
        /// A legal hold is neither on nor off.
        LegalHoldUnknown { value: String } = 400, code "InvalidArgument", "Legal Hold must be either of 'ON' or 'OFF'",
            with { "ArgumentName": X_AMZ_LEGAL_HOLD, "ArgumentValue": value };
        /// An action of a rule cannot be restricted to objects with tags.
        LifecycleActionWithTags { action: &'static str } = 400, code "InvalidRequest",
            "{action} cannot be specified with Tags.";
        /// A date of a rule is not the beginning of a day.
        LifecycleDateNotMidnight { value: String } = 400, code "InvalidArgument", "'Date' must be at midnight GMT",
            with { "ArgumentName": DATE, "ArgumentValue": value };
        /// A number of days is none.
        LifecycleDaysNotPositive { member: &'static str, action: &'static str } = 400, code "InvalidArgument",
            "'{member}' for {action} action must be a positive integer";
        /// A rule names a tag twice.
        LifecycleDuplicateTag {} = 400, code "InvalidRequest", "Duplicate Tag Keys are not allowed.";
        /// Rules have one name.
        LifecycleIdRepeated {} = 400, code "InvalidArgument",
            "Rule ID must be unique. Found same ID for one or more rules";
        /// A rule's name is too long.
        LifecycleIdTooLong { limit: usize } = 400, code "InvalidArgument",
            "ID length should not exceed allowed limit of {limit}";
        /// A rule does nothing.
        LifecycleNoAction {} = 400, code "InvalidRequest", "At least one action needs to be specified in a rule.";
        /// The header knows two values.
        LifecycleSizeUnknown { value: String } = 400, code "InvalidRequest",
            "Invalid TransitionDefaultMinimumObjectSize found: {value}";
        /// Infrequent access begins after a month.
        LifecycleTransitionTooEarly { storage_class: String } = 400, code "InvalidArgument",
            "'Days' in Transition action must be greater than or equal to 30 for storageClass '{storage_class}'";
        /// The ACL document lacks an element or names a permission that does not exist.
        MalformedACLError {} = 400,
            "The XML you provided was not well-formed or did not validate against our published schema";
        /// The body is not a form.
        MalformedPOSTRequest {} = 400, "The body of your POST request is not well-formed multipart/form-data.";
        /// A bucket policy that is none, or is none of this bucket's.
        MalformedPolicy { message: String } = 400, "{message}";
        /// The trailers do not hold what was announced.
        MalformedTrailerError {} = 400,
            "The request contained trailing data that was not well-formed or did not conform to our published schema.";
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
        /// The document is too long.
        MaxMessageLengthExceeded {} = 400, "Your request was too big.";
        /// The fields in front of a form's file are longer than they may be.
        MaxPostPreDataLengthExceededError {} = 400,
            "Your POST request fields preceding the upload file were too large.";
        /// The bucket has metadata tables already.
        MetadataConfigurationExists {} = 409, code "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. Please try again.";
        /// The bucket has no metadata tables.
        MetadataConfigurationNotFound { bucket: String } = 404, "The metadata configuration does not exist",
            with { "BucketName": bucket };
        /// The metadata is longer than 2 KB.
        MetadataTooLarge { size: usize, limit: usize } = 400,
            "Your metadata headers exceed the maximum allowed metadata size",
            with { "Size": size, "MaxSizeAllowed": limit };
        /// The operation is not for delete markers.
        MethodNotAllowed { method: String, resource_type: &'static str } = 405,
            "The specified method is not allowed against this resource.",
            with { "Method": method, "ResourceType": resource_type };
        /// MFA delete changes only with a device of the account's root user.
        MfaRequired {} = 403, code "AccessDenied", "Mfa Authentication must be used for this request";
        /// An ACL is to be set, and none was sent.
        MissingAcl {} = 400, code "MissingSecurityHeader", "Your request was missing a required header",
            with { "MissingHeaderName": X_AMZ_ACL };
        /// A body of unknown length.
        MissingContentLength {} = 411, "You must provide the Content-Length HTTP header.";
        /// Deleting many objects needs a digest of the list.
        MissingContentMd5 {} = 400, code "InvalidRequest",
            "Missing required header for this request: Content-MD5";
        /// The sum of the parts is not what the client says.
        MultipartSizeMismatch { expected: i64, actual: u64 } = 400, code "InvalidRequest",
            "The provided 'x-amz-mp-object-size' header value {expected} does not match what was computed: {actual}";
        /// An upload without parts.
        NoParts {} = 400, code "InvalidRequest", "You must specify at least one part";
        /// The disk is full, or nearly so.
        // Differs from AWS: a full disk is answered with ServiceUnavailable, which clients try again.
        NoSpace {} = 503, code "ServiceUnavailable",
            "There is not enough free space on the disk of RustStack to store the object.";
        /// The account has put no public access block.
        NoSuchAccountPublicAccessBlock { account: String } = 404, code "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found", with { "AccountId": account };
        /// The bucket does not exist.
        NoSuchBucket { bucket: String } = 404, "The specified bucket does not exist", with { "BucketName": bucket };
        /// The bucket has no policy.
        NoSuchBucketPolicy { bucket: String } = 404, "The bucket policy does not exist",
            with { "BucketName": bucket };
        /// The bucket has no CORS rules.
        NoSuchCORSConfiguration { bucket: String } = 404, "The CORS configuration does not exist",
            with { "BucketName": bucket };
        /// No configuration has that id.
        NoSuchConfiguration {} = 404, "The specified configuration does not exist.";
        /// The key does not exist, or its current version is a delete marker.
        NoSuchKey { key: String } = 404, "The specified key does not exist.", with { "Key": key };
        /// The bucket has no lifecycle rules.
        NoSuchLifecycleConfiguration { bucket: String } = 404, "The lifecycle configuration does not exist",
            with { "BucketName": bucket };
        /// The object was never locked.
        NoSuchObjectLockConfiguration {} = 404, "The specified object does not have a ObjectLock configuration";
        /// The public access block was deleted.
        NoSuchPublicAccessBlockConfiguration { bucket: String } = 404,
            "The public access block configuration was not found", with { "BucketName": bucket };
        /// The ARN names nothing here.
        NoSuchResource {} = 404, "The specified resource doesn't exist.";
        /// The bucket has no tags.
        NoSuchTagSet { bucket: String } = 404, "The TagSet does not exist", with { "BucketName": bucket };
        /// The upload does not exist, or no more.
        NoSuchUpload { upload_id: String } = 404,
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or \
             completed.",
            with { "UploadId": upload_id };
        /// The key has no such version.
        NoSuchVersion { key: String, version_id: String } = 404, "The specified version does not exist.",
            with { "Key": key, "VersionId": version_id };
        /// The bucket is no website.
        NoSuchWebsiteConfiguration { bucket: String } = 404,
            "The specified bucket does not have a website configuration", with { "BucketName": bucket };
        /// Policies and ACLs do not let the caller.
        NotAuthorized { user: String, action: String, reason: String } = 403, code "AccessDenied",
            "User: {user} is not authorized to perform: {action} {reason}";
        /// A condition that AWS does not accept there.
        NotImplementedCondition { header: &'static str, message: String } = 501, code "NotImplemented",
            "A header you provided implies functionality that is not implemented",
            with { "Header": header, "additionalMessage": message };
        /// A header asks for what AWS does not do there.
        NotImplementedHeader { header: &'static str } = 501, code "NotImplemented",
            "A header you provided implies functionality that is not implemented", with { "Header": header };
        /// Only objects of archives are restored.
        NotRestorable {} = 403, code "InvalidObjectState", "Restore is not allowed for the object's current storage class";
        /// A destination of notifications is no ARN of its service.
        NotificationArnInvalid { member: &'static str, arn: String } = 400, code "InvalidArgument",
            "The ARN could not be parsed", with { "ArgumentName": member, "ArgumentValue": arn };
        /// A bucket takes no more notifications.
        NotificationCount { limit: usize } = 400, code "InvalidArgument",
            "The number of notification configurations exceeds the limit of {limit}.";
        /// Destinations are not there, or take no notifications: each becomes two members.
        NotificationDestinationsInvalid {} = 400, code "InvalidArgument",
            "Unable to validate the following destination configurations";
        /// There is no such event.
        NotificationEventUnknown { event: String } = 400, code "InvalidArgument",
            "The event '{event}' is not supported for notifications",
            with { "ArgumentName": EVENT, "ArgumentValue": event };
        /// Queues that keep an order take no notifications.
        NotificationFifoQueue {} = 400, code "InvalidArgument", "FIFO SQS queues are not supported.";
        /// Nor do topics that keep one.
        NotificationFifoTopic {} = 400, code "InvalidArgument", "FIFO SNS topics are not supported.";
        /// A filter has two rules of a kind.
        NotificationFilterRepeated { kind: String } = 400, code "InvalidArgument",
            "Cannot specify more than one {kind} rule in a filter.";
        /// A filter of notifications is neither for prefixes nor for suffixes.
        NotificationFilterUnknown { value: String } = 400, code "InvalidArgument",
            "filter rule name must be either prefix or suffix",
            with { "ArgumentName": FILTER_RULE_NAME, "ArgumentValue": value };
        /// Two notifications have one id.
        NotificationIdRepeated {} = 400, code "InvalidArgument",
            "Same ID used for multiple configurations. IDs must be unique.";
        /// Two notifications without filters are for one event.
        NotificationOverlap {} = 400, code "InvalidArgument",
            "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
        /// Two notifications are for one event of one key.
        NotificationOverlapFiltered {} = 400, code "InvalidArgument",
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are \
             overlapping for the same event type.";
        /// The list of attributes has an unknown one.
        ObjectAttributeUnknown {} = 400, code "InvalidArgument", "Invalid attribute name specified.",
            with { "ArgumentName": X_AMZ_OBJECT_ATTRIBUTES };
        /// A lock holds.
        ObjectIsLocked {} = 403, code "AccessDenied", "Access Denied because object protected by object lock.";
        /// No request waits for this answer.
        ObjectLambdaTokenInvalid {} = 400, code "ValidationError", "Invalid token";
        /// The bucket has no Object Lock.
        ObjectLockConfigurationNotFoundError { bucket: String } = 404,
            "Object Lock configuration does not exist for this bucket", with { "BucketName": bucket };
        /// Locks need a bucket made for them.
        ObjectLockMissing {} = 400, code "InvalidRequest", "Bucket is missing Object Lock Configuration";
        /// Locks hold on versions.
        ObjectLockNeedsVersioning {} = 409, code "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        /// An object takes no more tags.
        ObjectTagCount { limit: usize } = 400, code "BadRequest", "Object tags cannot be greater than {limit}";
        /// An object's tag uses the reserved prefix.
        ObjectTagIsSystemTag { key: String } = 400, code "InvalidTag", "Your TagKey cannot be prefixed with aws:",
            with { "TagKey": key };
        /// The ownership controls were deleted.
        OwnershipControlsNotFoundError { bucket: String } = 404, "The bucket ownership controls were not found",
            with { "BucketName": bucket };
        /// Where a page of parts begins, or its size, is no number.
        PartArgumentNotInteger { argument: &'static str, value: String } = 400, code "InvalidArgument",
            "Provided {argument} not an integer or within integer range",
            with { "ArgumentName": argument, "ArgumentValue": value };
        /// The same below zero.
        PartArgumentOutOfRange { argument: &'static str, value: String } = 400, code "InvalidArgument",
            "Argument {argument} must be an integer between 0 and 2147483647",
            with { "ArgumentName": argument, "ArgumentValue": value };
        /// A part and a range.
        PartNumberAndRange {} = 400, code "InvalidRequest",
            "Cannot specify both Range header and partNumber query parameter";
        /// A part's number is out of its range.
        PartNumberInvalid { value: String } = 400, code "InvalidArgument",
            "Part number must be an integer between 1 and 10000, inclusive",
            with { "ArgumentName": PART_NUMBER, "ArgumentValue": value };
        /// A part with another key than its upload.
        PartWithOtherCustomerKey {} = 400, code "InvalidRequest",
            "The provided encryption parameters did not match the ones used originally.";
        /// A part without the key of its upload.
        PartWithoutCustomerKey {} = 400, code "InvalidRequest",
            "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate \
             encryption parameters.";
        /// A form's key is empty.
        PostKeyEmpty {} = 400, code "InvalidArgument", "User key must have a length greater than 0.",
            with { "ArgumentName": KEY, "ArgumentValue": EMPTY };
        /// What is posted to a bucket is a form.
        PostNotForm {} = 412, code "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold", with { "Condition": POST_ENCTYPE };
        /// A form's file is smaller than its policy allows.
        PostTooSmall { size: u64, limit: u64 } = 400, code "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
            with { "ProposedSize": size, "MinSizeAllowed": limit };
        /// A form has a file.
        PostWithoutFile {} = 400, code "InvalidArgument", "POST requires exactly one file upload per request.",
            with { "ArgumentName": FILE, "ArgumentValue": ZERO };
        /// A condition does not hold.
        PreconditionFailed { condition: &'static str } = 412,
            "At least one of the pre-conditions you specified did not hold", with { "Condition": condition };
        /// The public access block of the bucket, or of its owner's account, forbids what is public.
        PublicAccessBlocked { user: String, action: &'static str, resource: String, what: &'static str, setting: &'static str } = 403,
            code "AccessDenied",
            "User: {user} is not authorized to perform: {action} on resource: \"{resource}\" because {what} are blocked \
             by the {setting} block public access setting.";
        /// S3 Control's words for two tags with one key.
        RepeatedTagOfResource {} = 400, code "InvalidTag",
            "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.";
        /// The bucket is not replicated.
        ReplicationConfigurationNotFoundError { bucket: String } = 404, "The replication configuration was not found",
            with { "BucketName": bucket };
        /// A rule with a filter must say what older rules could not.
        ReplicationMemberMissing { member: &'static str } = 400, code "InvalidRequest",
            "{member} must be specified for this version of Cross Region Replication configuration schema. Please refer to \
             S3 Developer Guide for more information.";
        /// Versions are replicated.
        ReplicationNeedsVersioning {} = 400, code "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
        /// Replicas are versions.
        ReplicationTargetNeedsVersioning {} = 400, code "InvalidRequest",
            "Destination bucket must have versioning enabled.";
        /// Anonymous callers cannot choose response headers.
        ResponseHeadersAnonymous {} = 400, code "InvalidRequest",
            "Request specific response headers cannot be used for anonymous GET requests.";
        /// A restoration is not begun twice.
        RestoreAlreadyInProgress {} = 409, "Object restore is already in progress";
        /// Not every archive can be read fast.
        RestoreTierUnsupported {} = 400, code "InvalidArgument", "Retrieval option is not supported by this storage class";
        /// The date of a retention is none.
        RetentionDateInvalid { value: String } = 400, code "InvalidArgument",
            "The retain until date must be provided in ISO 8601 format",
            with { "ArgumentName": X_AMZ_RETAIN_UNTIL, "ArgumentValue": value };
        /// A mode needs a date, and a date a mode.
        RetentionHalfSaid { missing: &'static str } = 400, code "InvalidArgument",
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            with { "ArgumentName": missing };
        /// A retention would have ended before it began.
        RetentionInThePast { argument: &'static str, value: String } = 400, code "InvalidArgument",
            "The retain until date must be in the future!", with { "ArgumentName": argument, "ArgumentValue": value };
        /// The disk takes no changes; clients try again.
        ServiceUnavailable {} = 503, "Service is unable to handle request.";
        /// More requests than the user allows in a second.
        SlowDown {} = 503, "Please reduce your request rate.";
        /// A bucket's tag uses the reserved prefix.
        SystemTag { key: String } = 400, code "InvalidTag", "System tags cannot be added/updated by requester",
            with { "TagKey": key };
        /// A bucket takes no more of these.
        TooManyConfigurations {} = 400,
            "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.";
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
        /// Replicas need their versions.
        VersioningIsReplicated {} = 409, code "InvalidBucketState",
            "A replication configuration is present on this bucket, so the versioning state cannot be changed.";
        /// A condition that is none.
        WebsiteConditionEmpty {} = 400, code "InvalidRequest",
            "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be \
             present.";
        /// A condition waits for an error that is none.
        WebsiteErrorCode { value: String } = 400, code "InvalidRequest",
            "The provided HTTP error code ({value}) is not valid. Valid codes are 4XX or 5XX.";
        /// The index document is named by what no key can end in.
        WebsiteIndexMalformed { value: String } = 400, code "InvalidArgument",
            "The IndexDocument Suffix is not well formed",
            with { "ArgumentName": INDEX_DOCUMENT, "ArgumentValue": value };
        /// A website without an index document.
        WebsiteNeedsIndex {} = 400, code "InvalidArgument",
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            with { "ArgumentName": INDEX_DOCUMENT, "ArgumentValue": NULL };
        /// A protocol that browsers do not speak.
        WebsiteProtocolUnknown {} = 400, code "InvalidRequest",
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.";
        /// A redirect's status redirects nobody.
        WebsiteRedirectCode { value: String } = 400, code "InvalidRequest",
            "The provided HTTP redirect code ({value}) is not valid. Valid codes are 3XX except 300.";
        /// A website that redirects all has nothing else to say.
        WebsiteRedirectsAll {} = 400, code "InvalidArgument",
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            with { "ArgumentName": REDIRECT_ALL, "ArgumentValue": NOT_NULL };
        /// More rules than a website may have.
        WebsiteTooManyRules { count: usize, limit: usize } = 400, code "InvalidRequest",
            "{count} routing rules provided, the number of routing rules in a website configuration is limited to {limit}.";
        /// Two ways to make a key.
        WebsiteTwoReplacements {} = 400, code "InvalidRequest",
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.";
        /// The body is not what was signed.
        XAmzContentSHA256Mismatch {} = 400,
            "The provided 'x-amz-content-sha256' header does not match what was computed.";
    }
}

const APPLY_SSE: &str = "ApplyServerSideEncryptionByDefault";
const BUCKET: &str = "BUCKET";
const BUCKET_REGION: &str = "bucket-region";
const CONTINUATION_TOKEN: &str = "continuation-token";
const DATE: &str = "Date";
const EMPTY: &str = "";
const ENCODING_TYPE: &str = "encoding-type";
const FILE: &str = "file";
const EVENT: &str = "Event";
const FILTER_RULE_NAME: &str = "FilterRule.Name";
const INDEX_DOCUMENT: &str = "IndexDocument";
const KEY: &str = "key";
const MAX_BUCKETS: &str = "maxBuckets";
const MAX_KEYS: &str = "max-keys";
const MAX_KEYS_CAMEL: &str = "maxKeys";
const MAX_UPLOADS: &str = "max-uploads";
const NOT_NULL: &str = "not null";
const NULL: &str = "null";
const PART_NUMBER: &str = "partNumber";
const POST_ENCTYPE: &str = "Bucket POST must be of the enclosure-type multipart/form-data";
const REDIRECT_ALL: &str = "RedirectAllRequestsTo";
const UPLOAD_ID_MARKER: &str = "upload-id-marker";
const VERSION_ID_MARKER: &str = "version-id-marker";
const X_AMZ_ACL: &str = "x-amz-acl";
const X_AMZ_BYPASS: &str = "x-amz-bypass-governance-retention";
const X_AMZ_COPY_SOURCE: &str = "x-amz-copy-source";
const X_AMZ_COPY_SOURCE_RANGE: &str = "x-amz-copy-source-range";
const X_AMZ_LEGAL_HOLD: &str = "x-amz-object-lock-legal-hold";
const X_AMZ_OBJECT_ATTRIBUTES: &str = "x-amz-object-attributes";
const X_AMZ_OBJECT_OWNERSHIP: &str = "x-amz-object-ownership";
const X_AMZ_RETAIN_UNTIL: &str = "x-amz-object-lock-retain-until-date";
const X_AMZ_SSE: &str = "x-amz-server-side-encryption";
const X_AMZ_SSE_CONTEXT: &str = "x-amz-server-side-encryption-context";
const X_AMZ_TAGGING: &str = "x-amz-tagging";
const ZERO: &str = "0";

#[cfg(test)]
mod tests {
    #[test]
    fn errors_are_listed_in_order() {
        let lines = include_str!("error.rs").lines().filter_map(|line| line.strip_prefix("        "));
        let lines = lines.filter(|line| line.starts_with(char::is_uppercase));
        let names: Vec<_> = lines.filter_map(|line| Some(line.split_once(" {")?.0)).collect();
        let unsorted: Vec<_> = names.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert!(names.len() > 100 && unsorted.is_empty(), "{} {unsorted:?}", names.len());
    }
}
