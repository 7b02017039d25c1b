//! Code on its way to a function: from the request, from a bucket, from a folder of this machine; and the version's
//! way to `Active`.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, header::HOST};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::{arn::Arn, body::Body, context::Context, error::AwsError, operation::Call, scope::Scope};

use crate::{
    Lambda,
    code::{Archive, digest},
    error::{LambdaError, invalid},
    executor::{ExecutorError, ExecutorErrorKind},
    function::{Code, Function, Version},
    limits::MAX_ZIPPED,
    rows,
};

/// What stands for itself in the path of an object.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// How much of S3's answer is read. Bytes.
const MAX_OBJECT: usize = 262_144_000;

/// Where a request says that code is.
#[derive(Default)]
pub(crate) struct Source<'i> {
    pub(crate) zip_file: Option<&'i Bytes>,
    pub(crate) bucket: Option<&'i str>,
    pub(crate) key: Option<&'i str>,
    pub(crate) object_version: Option<&'i str>,
    pub(crate) image_uri: Option<&'i str>,
}

/// Code that is at hand.
pub(crate) struct Found {
    pub(crate) code: Code,
    pub(crate) code_sha256: String,
    pub(crate) size: i64,
    /// Of what is kept.
    pub(crate) archive: Option<Archive>,
}

impl Lambda {
    /// Takes the code that a request names.
    pub(crate) async fn find_code(&self, ctx: &Context, source: &Source<'_>) -> Result<Found, LambdaError> {
        if let Some(uri) = source.image_uri {
            return Ok(image(uri));
        }
        if let (Some(bucket), Some(key)) = (source.bucket, source.key)
            && bucket == self.config.hot_reload_bucket
        {
            return host_folder(key);
        }
        let bytes = match (source.zip_file, source.bucket, source.key) {
            (Some(bytes), None, None) => bytes.clone(),
            (None, Some(bucket), Some(key)) => fetch(ctx, bucket, key, source.object_version).await?,
            _ => return Err(invalid("Please provide a source for your function code.")),
        };
        if bytes.is_empty() {
            return Err(invalid("Uploaded file must be a non-empty zip"));
        }
        if source.zip_file.is_some() && bytes.len() >= MAX_ZIPPED {
            let message = format!("Zipped size must be smaller than {MAX_ZIPPED} bytes");
            return Err(LambdaError::RequestEntityTooLargeException { message });
        }
        let archive = self.archives.put(bytes).await?;
        Ok(Found {
            code: Code::Archive(archive.digest.clone()),
            code_sha256: archive.code_sha256.clone(),
            size: archive.size,
            archive: Some(archive),
        })
    }
}

impl Found {
    /// Writes the archive's row, in the section of the change that uses it.
    pub(crate) fn record(&self, ctx: &Context) {
        if let Some(archive) = &self.archive {
            ctx.changes().record(|rows| rows::put_archive(rows, &archive.digest, &archive.bytes));
        }
    }

    /// Notes it in a version.
    pub(crate) fn apply(&self, version: &mut Version) {
        version.code = self.code.clone();
        version.configuration.code_sha256 = Some(self.code_sha256.clone());
        version.configuration.code_size = Some(self.size);
    }
}

/// Images have no size, and the digest of what names them.
fn image(uri: &str) -> Found {
    let named = uri.split_once("@sha256:").map(|(_, digest)| digest.to_owned());
    let code_sha256 = named.unwrap_or_else(|| digest(uri.as_bytes()));
    Found { code: Code::Image(uri.to_owned()), code_sha256, size: 0, archive: None }
}

// Differs from AWS: a bucket called hot-reload (BUCKET_MARKER_LOCAL) stands for the folders of this machine.
fn host_folder(path: &str) -> Result<Found, LambdaError> {
    if !path.starts_with('/') {
        return Err(invalid(format!("The key of code that is reloaded must be an absolute path, not '{path}'.")));
    }
    if !std::path::Path::new(path).is_dir() {
        return Err(invalid(format!("There is no folder {path} on the machine that RustStack runs on.")));
    }
    let code_sha256 = "hot-reloading-hash-not-available".to_owned();
    Ok(Found { code: Code::HostFolder(path.to_owned()), code_sha256, size: 0, archive: None })
}

/// Reads an object in the caller's name.
async fn fetch(ctx: &Context, bucket: &str, key: &str, version: Option<&str>) -> Result<Bytes, LambdaError> {
    let refused = |code: &str, message: &str| {
        invalid(format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"))
    };
    let target: Arn = format!("arn:{}:s3:::{bucket}", ctx.scope().partition())
        .parse()
        .map_err(|_| refused("InvalidBucketName", "The specified bucket is not valid."))?;
    let path = utf8_percent_encode(key, PATH);
    let query = version.map(|version| format!("?versionId={}", utf8_percent_encode(version, NON_ALPHANUMERIC)));
    let uri = format!("/{bucket}/{path}{}", query.unwrap_or_default());
    let request = Request::builder().method(Method::GET).uri(uri).header(HOST, &ctx.endpoint().host);
    let request =
        request.body(Body::empty()).map_err(|_| refused("InvalidURI", "Couldn't parse the specified URI."))?;
    let answer = ctx.bus().exchange(ctx, &target, request).await;
    let answer = answer.map_err(|error: AwsError| refused(error.code(), error.message()))?;
    let status = answer.status();
    let body = answer.into_body().read(MAX_OBJECT).await;
    let body = body.map_err(|_| invalid("Unzipped size must be smaller than 262144000 bytes"))?;
    if status.is_success() {
        return Ok(body);
    }
    let text = String::from_utf8_lossy(&body);
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(text, _)| text.to_owned())
    };
    Err(refused(&element("Code").unwrap_or_default(), &element("Message").unwrap_or_default()))
}

/// Makes a version ready, which nobody waits for but where the user wants it.
pub(crate) async fn make_ready(call: &Call<Lambda>, function: &Arc<Function>, scope: &Scope) {
    let (lambda, ctx) = (Arc::clone(call.service()), call.ctx().clone());
    let (function, scope) = (Arc::clone(function), scope.clone());
    let ctx = lambda.context(&ctx, &scope);
    let is_awaited = lambda.config.creates_synchronously;
    let tasks = ctx.runtime().tasks.clone();
    let work = async move { prepare(&lambda, &ctx, &scope, &function).await };
    if is_awaited {
        work.await;
    } else {
        tasks.spawn(work);
    }
}

async fn prepare(lambda: &Lambda, ctx: &Context, scope: &Scope, function: &Arc<Function>) {
    let number = function.latest.configuration.version.clone().unwrap_or_default();
    let prepared = match lambda.version_to_run(function, &number, &function.latest).await {
        Ok(version) => lambda.fleet.executor.prepare(&version).await,
        Err(error) => Err(ExecutorError::new(ExecutorErrorKind::Unavailable, error.to_string())),
    };
    let name = function.name.clone();
    let generation = function.latest.generation;
    let changed = lambda.change_function(
        ctx,
        scope,
        |things| things.functions.get(&name).cloned().ok_or_else(|| function.unknown(None)),
        |function| {
            // A later change makes itself ready.
            if function.latest.generation == generation {
                let configuration = &mut function.latest.configuration;
                match &prepared {
                    Ok(()) => configuration.make_active(),
                    Err(error) => configuration.make_failed(reason_code(error.kind), &error.message),
                }
                configuration.revision_id = Some(ctx.ids().uuid());
            }
            Ok(())
        },
    );
    // A function that is gone needs nothing.
    drop(changed);
    // A section may have ended without a request that waits for its rows.
    ctx.changes().committed().await.ok();
}

fn reason_code(kind: ExecutorErrorKind) -> &'static str {
    match kind {
        ExecutorErrorKind::NotSupported | ExecutorErrorKind::InvalidRuntime => "InvalidRuntime",
        ExecutorErrorKind::InvalidImage => "InvalidImage",
        ExecutorErrorKind::Unavailable => "InternalError",
    }
}
