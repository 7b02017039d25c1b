//! The tables that AWS would keep about a bucket's objects: what was said of them, and what AWS tells of them.

use ruststack_core::scope::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{bucket::Bucket, error::S3Error, kms_key::uuid_of};

/// Days; <https://docs.aws.amazon.com/AmazonS3/latest/API/API_RecordExpiration.html>.
const MIN_EXPIRATION: i64 = 7;

/// One bucket's configuration, which is of one of two kinds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum MetadataTables {
    /// A table in a table bucket of the user's: the older kind.
    Customer { table_bucket_arn: String, table_name: String },
    /// Tables in the table bucket that AWS manages.
    Managed(ManagedTables),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ManagedTables {
    /// Days; `None` keeps the journal's records for ever.
    journal_expiration: Option<i64>,
    /// `None` when nothing was said of it.
    has_inventory: Option<bool>,
}

impl MetadataTables {
    /// Of a `MetadataTableConfiguration`.
    pub(crate) fn of_table_configuration(document: &Value) -> Result<Self, S3Error> {
        let destination = &document["S3TablesDestination"];
        let text = |name: &str| destination[name].as_str().map(str::to_owned).ok_or(S3Error::MalformedXML {});
        Ok(Self::Customer { table_bucket_arn: text("TableBucketArn")?, table_name: text("TableName")? })
    }

    /// Of a `MetadataConfiguration`.
    pub(crate) fn of_configuration(document: &Value) -> Result<Self, S3Error> {
        let journal_expiration = expiration(&document["JournalTableConfiguration"]["RecordExpiration"])?;
        let inventory = document.get("InventoryTableConfiguration");
        Ok(Self::Managed(ManagedTables { journal_expiration, has_inventory: inventory.map(is_enabled) }))
    }

    /// What `GetBucketMetadataConfiguration` tells, of either kind.
    pub(crate) fn to_result(&self, bucket: &Bucket) -> Value {
        let result = match self {
            Self::Customer { table_bucket_arn, .. } => json!({
                "DestinationResult": {
                    "TableBucketType": "customer",
                    "TableBucketArn": table_bucket_arn,
                    "TableNamespace": "aws_s3_metadata",
                },
            }),
            Self::Managed(tables) => tables.to_result(bucket),
        };
        json!({ "MetadataConfigurationResult": result })
    }

    /// What `GetBucketMetadataTableConfiguration` tells, of the older kind alone.
    pub(crate) fn to_table_result(&self, bucket: &Bucket) -> Option<Value> {
        let Self::Customer { table_bucket_arn, table_name } = self else { return None };
        let destination = json!({
            "TableBucketArn": table_bucket_arn,
            "TableName": table_name,
            "TableArn": table_arn(table_bucket_arn, bucket, table_name),
            "TableNamespace": "aws_s3_metadata",
        });
        let configuration = json!({ "S3TablesDestinationResult": destination });
        Some(json!({ "MetadataTableConfigurationResult": configuration, "Status": "ACTIVE" }))
    }
}

impl ManagedTables {
    pub(crate) fn update_journal(&mut self, document: &Value) -> Result<(), S3Error> {
        self.journal_expiration = expiration(&document["RecordExpiration"])?;
        Ok(())
    }

    pub(crate) fn update_inventory(&mut self, document: &Value) {
        self.has_inventory = Some(is_enabled(document));
    }

    // Differs from AWS: the tables of a bucket's metadata are told of as if they were there, but nothing is written to
    // them.
    fn to_result(&self, bucket: &Bucket) -> Value {
        let arn = managed_bucket_arn(bucket, bucket.owner);
        let record_expiration = match self.journal_expiration {
            Some(days) => json!({ "Expiration": "ENABLED", "Days": days }),
            None => json!({ "Expiration": "DISABLED" }),
        };
        let mut result = json!({
            "DestinationResult": {
                "TableBucketType": "aws",
                "TableBucketArn": arn,
                "TableNamespace": format!("b_{}", bucket.name),
            },
            "JournalTableConfigurationResult": {
                "TableStatus": "ACTIVE",
                "TableName": "journal",
                "TableArn": table_arn(&arn, bucket, "journal"),
                "RecordExpiration": record_expiration,
            },
        });
        let inventory = match self.has_inventory {
            Some(true) => json!({
                "ConfigurationState": "ENABLED",
                "TableStatus": "ACTIVE",
                "TableName": "inventory",
                "TableArn": table_arn(&arn, bucket, "inventory"),
            }),
            Some(false) => json!({ "ConfigurationState": "DISABLED" }),
            None => return result,
        };
        result["InventoryTableConfigurationResult"] = inventory;
        result
    }
}

fn expiration(document: &Value) -> Result<Option<i64>, S3Error> {
    match (document["Expiration"].as_str(), document["Days"].as_i64()) {
        (Some("ENABLED"), Some(days)) if days >= MIN_EXPIRATION => Ok(Some(days)),
        (Some("DISABLED"), None) => Ok(None),
        _ => Err(S3Error::MalformedXML {}),
    }
}

fn is_enabled(inventory: &Value) -> bool {
    inventory["ConfigurationState"] == "ENABLED"
}

fn managed_bucket_arn(bucket: &Bucket, owner: AccountId) -> String {
    format!("arn:{}:s3tables:{}:{owner}:bucket/aws-s3", bucket.region.partition(), bucket.region)
}

/// Tables have ids that nobody chooses; here they are always the same for the same bucket.
fn table_arn(table_bucket_arn: &str, bucket: &Bucket, table: &str) -> String {
    let id = uuid_of(&format!("{table} of {} since {}", bucket.name, bucket.created.to_iso_8601_millis()));
    format!("{table_bucket_arn}/table/{id}")
}
