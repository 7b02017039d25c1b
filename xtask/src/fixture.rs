//! `cargo xtask fixture`: a small data directory with some of everything, as today's RustStack writes it.
//!
//! One of each released format is kept in `ruststack/tests/fixtures/`; `ruststack/tests/formats.rs` loads them all. Make
//! one before a release that raises the format, and never again: it is what users have.

use std::{fs, path::Path};

use anyhow::{Context as _, ensure};

use crate::crash::{
    http::{Answer, Connection, Request},
    s3::with_document,
    server::{self, Server},
};

const ACCOUNT: &str = "000000000042";

/// More than a row holds: these bytes are in a file.
const LARGE: [u8; 5000] = [b'x'; 5000];

const RETENTION: &str =
    "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2199-01-01T00:00:00Z</RetainUntilDate></Retention>";
const HOLD: &str = "<LegalHold><Status>ON</Status></LegalHold>";
const BLOCK: &str =
    "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
const VERSIONING: &str = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

pub(crate) fn make(root: &Path, format: u32, binary: Option<&Path>) -> anyhow::Result<()> {
    let folder = root.join("ruststack/tests/fixtures").join(format.to_string());
    ensure!(!folder.exists(), "{} is there; users have what is in it", folder.display());
    let binary = binary.map_or_else(|| server::build(root), |binary| Ok(binary.to_owned()))?;
    let server = Server::start(&binary, &folder, "normal")?;
    let mut filling = Filling { connection: Connection::open(server.port())? };
    filling.objects()?;
    filling.settings()?;
    filling.locks()?;
    filling.items()?;
    filling.encryption_keys()?;
    filling.topics()?;
    filling.functions()?;
    fs::write(folder.join("access-key"), filling.key()?)?;
    drop(filling);
    server.stop()?;
    ["lock", "log"].into_iter().try_for_each(|name| fs::remove_file(folder.join(name)))?;
    println!("    {} is made", folder.display());
    Ok(())
}

struct Filling {
    connection: Connection,
}

impl Filling {
    fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let answer = self.connection.send(request)?;
        ensure!(answer.is_success(), "{}: {} {}", request.name(), answer.status, answer.text());
        Ok(answer)
    }

    fn put(&mut self, path: &str, body: impl Into<Vec<u8>>) -> anyhow::Result<Answer> {
        self.send(&request("PUT", path).body(body))
    }

    /// Versions, a delete marker, shared bytes, a completed upload and one in progress.
    fn objects(&mut self) -> anyhow::Result<()> {
        self.put("/photos", "")?;
        self.put("/photos/null", "before versions")?;
        self.put("/photos?versioning", VERSIONING)?;
        self.send(&request("PUT", "/photos/cat").header("x-amz-meta-colour", "black").body("first"))?;
        self.send(&request("PUT", "/photos/cat").header("x-amz-tagging", "size=small").body("second"))?;
        self.put("/photos/gone", "gone")?;
        self.send(&request("DELETE", "/photos/gone"))?;
        self.put("/photos/large", LARGE)?;
        self.send(&request("PUT", "/photos/copy").header("x-amz-copy-source", "/photos/large"))?;
        let joined = self.begin("joined")?;
        let etag = self.put(&format!("{joined}&partNumber=1"), LARGE)?.header("etag").unwrap_or_default().to_owned();
        let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", etag.trim_matches('"'));
        let document = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
        self.send(&request("POST", &joined).body(document))?;
        let begun = self.begin("begun")?;
        self.put(&format!("{begun}&partNumber=7"), "part")?;
        Ok(())
    }

    fn begin(&mut self, key: &str) -> anyhow::Result<String> {
        let answer = self.send(&request("POST", &format!("/photos/{key}?uploads")))?;
        let id = answer.elements("UploadId").pop().context("an upload has an id")?;
        Ok(format!("/photos/{key}?uploadId={id}"))
    }

    /// Every kind of configuration that a bucket without Object Lock has.
    fn settings(&mut self) -> anyhow::Result<()> {
        self.send(&request("PUT", "/settings").header("x-amz-object-ownership", "ObjectWriter"))?;
        self.put("/settings?versioning", VERSIONING)?;
        for (query, document) in crate::crash::s3::first_configurations("settings") {
            self.send(&with_document(request("PUT", &format!("/settings?{query}")), document))?;
        }
        self.send(&request("PUT", "/settings?acl").header("x-amz-acl", "public-read"))?;
        let block = request("PUT", "/v20180820/configuration/publicAccessBlock").header("x-amz-account-id", ACCOUNT);
        self.send(&block.body(BLOCK))?;
        Ok(())
    }

    fn locks(&mut self) -> anyhow::Result<()> {
        self.send(&request("PUT", "/locked").header("x-amz-bucket-object-lock-enabled", "true"))?;
        self.put("/locked/kept", "kept")?;
        for (query, document) in [("retention", RETENTION), ("legal-hold", HOLD)] {
            self.send(&with_document(request("PUT", &format!("/locked/kept?{query}")), document.to_owned()))?;
        }
        Ok(())
    }

    /// A table of DynamoDB with an index, and an item of every type.
    fn items(&mut self) -> anyhow::Result<()> {
        let key = r#"[{"AttributeName":"id","KeyType":"HASH"}]"#;
        let index = r#"[{"IndexName":"index","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]"#;
        let attributes = r#"[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}]"#;
        let table = format!(
            r#"{{"TableName":"items","KeySchema":{key},"AttributeDefinitions":{attributes},"GlobalSecondaryIndexes":{index},"BillingMode":"PAY_PER_REQUEST"}}"#
        );
        let values = r#"{"id":{"S":"all"},"n":{"N":"1.5"},"b":{"B":"AAEC"},"ss":{"SS":["a"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AA=="]},"m":{"M":{"l":{"L":[{"BOOL":true},{"NULL":true}]}}}}"#;
        let item = format!(r#"{{"TableName":"items","Item":{values}}}"#);
        for (operation, input) in [("CreateTable", table), ("PutItem", item)] {
            let request = Request::new("dynamodb", ACCOUNT, "POST", "/").body(input);
            let request = request.header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
            self.send(&request.header("content-type", "application/x-amz-json-1.0"))?;
        }
        Ok(())
    }

    /// A key of KMS with a name.
    fn encryption_keys(&mut self) -> anyhow::Result<()> {
        let call = |operation: &str, input: String| {
            let request = Request::new("kms", ACCOUNT, "POST", "/").body(input);
            let request = request.header("content-type", "application/x-amz-json-1.1");
            request.header("x-amz-target", format!("TrentService.{operation}"))
        };
        let made = self.send(&call("CreateKey", "{}".to_owned()))?;
        let made: serde_json::Value = serde_json::from_slice(&made.body)?;
        let target = &made["KeyMetadata"]["KeyId"];
        self.send(&call("CreateAlias", format!(r#"{{"AliasName":"alias/kept","TargetKeyId":{target}}}"#)))?;
        Ok(())
    }

    /// A function with its code, and an alias.
    fn functions(&mut self) -> anyhow::Result<()> {
        let function = serde_json::json!({
            "FunctionName": "kept",
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": "arn:aws:iam::000000000042:role/kept",
            "Code": { "ZipFile": crate::crash::lambda::ARCHIVE },
        });
        let alias = serde_json::json!({ "Name": "live", "FunctionVersion": "$LATEST" });
        for (path, input) in [("/2015-03-31/functions", function), ("/2015-03-31/functions/kept/aliases", alias)] {
            let request = Request::new("lambda", ACCOUNT, "POST", path).header("content-type", "application/json");
            self.send(&request.body(input.to_string()))?;
        }
        Ok(())
    }

    /// A topic with a subscription.
    fn topics(&mut self) -> anyhow::Result<()> {
        let topic = format!("arn:aws:sns:us-east-1:{ACCOUNT}:news");
        for form in [
            "Action=CreateTopic&Name=news".to_owned(),
            format!("Action=Subscribe&TopicArn={topic}&Protocol=sms&Endpoint=%2B1234567890"),
            format!("Action=Publish&TopicArn={topic}&Message=hello"),
        ] {
            let request = Request::new("sns", ACCOUNT, "POST", "/").body(form + "&Version=2010-03-31");
            self.send(&request.header("content-type", "application/x-www-form-urlencoded"))?;
        }
        Ok(())
    }

    /// A key that STS issued.
    fn key(&mut self) -> anyhow::Result<String> {
        let role = "Action=AssumeRole&Version=2011-06-15&DurationSeconds=43200&RoleSessionName=session\
                    &RoleArn=arn:aws:iam::000000000042:role/reader";
        let request = Request::new("sts", ACCOUNT, "POST", "/").body(role);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(&request)?.elements("AccessKeyId").pop().context("a role has a key")
    }
}

fn request(method: &'static str, path: &str) -> Request {
    Request::new("s3", ACCOUNT, method, path)
}
