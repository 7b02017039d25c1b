//! The configurations of buckets: what is put, and where it shows.

/// One kind; `{}` in its document stands for a value that shows again in an element of the answer.
pub(crate) struct Configuration {
    /// The sub-resource; of the S3 API.
    pub(crate) query: &'static str,
    pub(crate) put: &'static str,
    /// `None` where there is nothing to delete it with.
    pub(crate) delete: Option<&'static str>,
    pub(crate) document: &'static str,
    pub(crate) element: &'static str,
    pub(crate) values: Values,
    /// What shows without it.
    pub(crate) default: &'static str,
}

pub(crate) enum Values {
    /// From 100 to 599.
    Number,
    Words(&'static [&'static str]),
}

const fn kind(query: &'static str, put: &'static str, document: &'static str, element: &'static str) -> Configuration {
    Configuration { query, put, delete: None, document, element, values: Values::Number, default: "" }
}

impl Configuration {
    const fn deleted_by(self, operation: &'static str) -> Self {
        Self { delete: Some(operation), ..self }
    }

    const fn one_of(self, values: &'static [&'static str], default: &'static str) -> Self {
        Self { values: Values::Words(values), default, ..self }
    }

    pub(crate) fn value(&self, chance: u64) -> String {
        match self.values {
            Values::Number => (100 + chance % 500).to_string(),
            Values::Words(words) => words[usize::try_from(chance % words.len() as u64).unwrap_or(0)].to_owned(),
        }
    }

    /// Its document.
    pub(crate) fn text(&self, bucket: &str, value: &str) -> String {
        self.document.replace("{bucket}", bucket).replace("{}", value)
    }
}

/// All but the one that says where access is logged: logs that are delivered are objects that no client wrote.
pub(crate) const ALL: &[Configuration] = &[
    kind(
        "accelerate",
        "PutBucketAccelerateConfiguration",
        "<AccelerateConfiguration><Status>{}</Status></AccelerateConfiguration>",
        "Status",
    )
    .one_of(&["Enabled", "Suspended"], ""),
    kind(
        "analytics&id=a",
        "PutBucketAnalyticsConfiguration",
        "<AnalyticsConfiguration><Id>a</Id><Filter><Prefix>{}</Prefix></Filter><StorageClassAnalysis>\
         </StorageClassAnalysis></AnalyticsConfiguration>",
        "Prefix",
    )
    .deleted_by("DeleteBucketAnalyticsConfiguration"),
    kind(
        "cors",
        "PutBucketCors",
        "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>http://a</AllowedOrigin>\
         <MaxAgeSeconds>{}</MaxAgeSeconds></CORSRule></CORSConfiguration>",
        "MaxAgeSeconds",
    )
    .deleted_by("DeleteBucketCors"),
    kind(
        "encryption",
        "PutBucketEncryption",
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256\
         </SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>{}</BucketKeyEnabled></Rule>\
         </ServerSideEncryptionConfiguration>",
        "BucketKeyEnabled",
    )
    .one_of(&["true"], "false")
    .deleted_by("DeleteBucketEncryption"),
    kind(
        "intelligent-tiering&id=a",
        "PutBucketIntelligentTieringConfiguration",
        "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS\
         </AccessTier><Days>{}</Days></Tiering></IntelligentTieringConfiguration>",
        "Days",
    )
    .deleted_by("DeleteBucketIntelligentTieringConfiguration"),
    kind(
        "inventory&id=a",
        "PutBucketInventoryConfiguration",
        "<InventoryConfiguration><Id>a</Id><IsEnabled>true</IsEnabled><Filter><Prefix>{}</Prefix></Filter>\
         <IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule>\
         <Destination><S3BucketDestination><Bucket>arn:aws:s3:::{bucket}</Bucket><Format>CSV</Format>\
         </S3BucketDestination></Destination></InventoryConfiguration>",
        "Prefix",
    )
    .deleted_by("DeleteBucketInventoryConfiguration"),
    kind(
        "lifecycle",
        "PutBucketLifecycleConfiguration",
        "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>p</Prefix></Filter>\
         <Expiration><Days>{}</Days></Expiration></Rule></LifecycleConfiguration>",
        "Days",
    )
    .deleted_by("DeleteBucketLifecycle"),
    kind(
        "metrics&id=a",
        "PutBucketMetricsConfiguration",
        "<MetricsConfiguration><Id>a</Id><Filter><Prefix>{}</Prefix></Filter></MetricsConfiguration>",
        "Prefix",
    )
    .deleted_by("DeleteBucketMetricsConfiguration"),
    kind(
        "notification",
        "PutBucketNotificationConfiguration",
        "<NotificationConfiguration><EventBridgeConfiguration>{}</EventBridgeConfiguration></NotificationConfiguration>",
        "EventBridgeConfiguration",
    )
    .one_of(&[""], "none"),
    kind(
        "object-lock",
        "PutObjectLockConfiguration",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
         <Mode>GOVERNANCE</Mode><Days>{}</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
        "Days",
    ),
    kind(
        "ownershipControls",
        "PutBucketOwnershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>{}</ObjectOwnership></Rule></OwnershipControls>",
        "ObjectOwnership",
    )
    .one_of(&["ObjectWriter", "BucketOwnerPreferred"], "")
    .deleted_by("DeleteBucketOwnershipControls"),
    kind(
        "publicAccessBlock",
        "PutPublicAccessBlock",
        "<PublicAccessBlockConfiguration><IgnorePublicAcls>{}</IgnorePublicAcls></PublicAccessBlockConfiguration>",
        "IgnorePublicAcls",
    )
    .one_of(&["true", "false"], "")
    .deleted_by("DeletePublicAccessBlock"),
    // What answers are searched for is an element; a policy can hold one.
    kind(
        "policy",
        "PutBucketPolicy",
        r#"{"Version":"2012-10-17","Id":"<Id>{}</Id>","Statement":[{"Effect":"Allow","Action":"s3:GetObject",
        "Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Resource":"arn:aws:s3:::{bucket}/*"}]}"#,
        "Id",
    )
    .deleted_by("DeleteBucketPolicy"),
    kind(
        "replication",
        "PutBucketReplication",
        "<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/replication</Role><Rule><ID>{}</ID>\
         <Priority>1</Priority><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><DeleteMarkerReplication>\
         <Status>Disabled</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::{bucket}</Bucket>\
         </Destination></Rule></ReplicationConfiguration>",
        "ID",
    )
    .deleted_by("DeleteBucketReplication"),
    kind(
        "requestPayment",
        "PutBucketRequestPayment",
        "<RequestPaymentConfiguration><Payer>{}</Payer></RequestPaymentConfiguration>",
        "Payer",
    )
    .one_of(&["Requester"], "BucketOwner"),
    kind(
        "tagging",
        "PutBucketTagging",
        "<Tagging><TagSet><Tag><Key>tag</Key><Value>{}</Value></Tag></TagSet></Tagging>",
        "Value",
    )
    .deleted_by("DeleteBucketTagging"),
    kind(
        "website",
        "PutBucketWebsite",
        "<WebsiteConfiguration><IndexDocument><Suffix>{}</Suffix></IndexDocument></WebsiteConfiguration>",
        "Suffix",
    )
    .deleted_by("DeleteBucketWebsite"),
];
