//! The variables: what each means, and whether it does anything here.

/// One variable.
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) effect: Effect,
    pub(super) meaning: &'static str,
}

/// What becomes of a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    /// It does what it says.
    Honoured,
    /// It is for what RustStack does not have yet, or does in any case.
    Accepted,
    /// LocalStack ignores it, too.
    Ignored,
}

const fn honoured(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Honoured, meaning }
}

const fn accepted(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Accepted, meaning }
}

const fn ignored(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Ignored, meaning }
}

const NO_SERVICE: &str = "its service is not here yet";
const ALWAYS_READY: &str = "services are ready from the start";
const NOT_DURABLE: &str = "state lives in memory and ends with the process";
const REMOVED: &str = "removed by LocalStack long ago";

pub(super) const TABLE: &[Variable] = &[
    honoured(
        "GATEWAY_LISTEN",
        "where to listen, `host:port` or `:port`, a comma-separated list; 127.0.0.1:4566 on a host, 0.0.0.0:4566 in a container",
    ),
    honoured("SERVICES", "only these services, a comma-separated list; empty for all"),
    honoured(
        "RUSTSTACK_AUTH",
        "off: signatures are read, not checked; sigv4: signed requests are held to their signatures",
    ),
    honoured("S3_SKIP_SIGNATURE_VALIDATION", "0: presigned S3 URLs are verified even when RUSTSTACK_AUTH is off"),
    honoured("DEFAULT_ACCOUNT_ID", "the account of access keys that name none; 000000000000"),
    honoured("AWS_DEFAULT_REGION", "the region of requests that name none; us-east-1"),
    honoured("ALLOW_NONSTANDARD_REGIONS", "1: regions that AWS does not have are taken as they are"),
    honoured("PARITY_AWS_ACCESS_KEY_ID", "1: access keys as AWS issues them name their account"),
    honoured(
        "LOCALSTACK_HOST",
        "a host name, with or without port, under which buckets are found as `<bucket>.<host>` and `<bucket>.s3.<host>`",
    ),
    honoured("RUSTSTACK_EXTRA_DOMAINS", "more such host names, a comma-separated list"),
    honoured(
        "S3_MAX_MEMORY_OBJECT_SIZE",
        "objects up to this size stay in memory, larger ones go to temporary files; bytes, 524288",
    ),
    honoured("TMPDIR", "where temporary files live"),
    honoured("DEBUG", "1: debug log, and the diagnose endpoint"),
    honoured("LS_LOG", "level of the log: trace, debug, info, warn, error"),
    honoured("RUST_LOG", "filter of the log, as tracing-subscriber reads it; goes before LS_LOG"),
    honoured("CUSTOM_SSL_CERT_PATH", "a PEM file with certificate and key; without it a self-signed one is made"),
    honoured("DISABLE_CORS_CHECKS", "1: any origin may"),
    honoured("DISABLE_CORS_HEADERS", "1: no CORS headers in answers"),
    honoured("EXTRA_CORS_ALLOWED_ORIGINS", "more origins that may, a comma-separated list"),
    honoured("EXTRA_CORS_ALLOWED_HEADERS", "more headers that requests may have"),
    honoured("EXTRA_CORS_EXPOSE_HEADERS", "more headers that scripts may read"),
    honoured("LOCALSTACK_RESPONSE_HEADER_ENABLED", "0: no `x-localstack` header in answers"),
    honoured("ENABLE_CONFIG_UPDATES", "1: GET /_localstack/config answers"),
    honoured("RUSTSTACK_INIT_DIR", "a folder with boot.d, start.d, ready.d, shutdown.d, beside /etc/localstack/init"),
    accepted("EAGER_SERVICE_LOADING", ALWAYS_READY),
    accepted("STRICT_SERVICE_LOADING", "services that SERVICES leaves out are always disabled"),
    accepted("PERSISTENCE", NOT_DURABLE),
    accepted("SNAPSHOT_SAVE_STRATEGY", NOT_DURABLE),
    accepted("SNAPSHOT_LOAD_STRATEGY", NOT_DURABLE),
    accepted("SNAPSHOT_FLUSH_INTERVAL", NOT_DURABLE),
    accepted("USE_SSL", "HTTP and HTTPS are served on the same port; URLs in answers use the scheme of the request"),
    accepted("SKIP_SSL_CERT_DOWNLOAD", "no certificate is ever downloaded"),
    accepted("REMOVE_SSL_CERT", "the self-signed certificate is never kept"),
    accepted("DISABLE_CUSTOM_CORS_S3", "buckets' own CORS rules are not here yet"),
    accepted("DISABLE_CUSTOM_CORS_APIGATEWAY", NO_SERVICE),
    accepted("DISABLE_PREFLIGHT_PROCESSING", "preflight requests are always answered"),
    accepted("FAIL_FAST", "errors are always answered at once"),
    accepted("INCLUDE_STACK_TRACES_IN_HTTP_RESPONSE", "there are no stack traces in answers"),
    accepted("S3_SKIP_KMS_KEY_VALIDATION", "KMS is not here yet; keys are never looked up"),
    accepted("MAIN_CONTAINER_NAME", NO_SERVICE),
    accepted("MAIN_DOCKER_NETWORK", NO_SERVICE),
    accepted("DOCKER_SOCK", NO_SERVICE),
    accepted("DNS_ADDRESS", "RustStack has no DNS server"),
    accepted("BUCKET_MARKER_LOCAL", NO_SERVICE),
    accepted("DYNAMODB_ERROR_PROBABILITY", NO_SERVICE),
    accepted("DYNAMODB_REMOVE_EXPIRED_ITEMS", NO_SERVICE),
    accepted("DYNAMODB_SHARE_DB", NO_SERVICE),
    accepted("DYNAMODB_IN_MEMORY", NO_SERVICE),
    accepted("DYNAMODB_HEAP_SIZE", NO_SERVICE),
    accepted("SQS_ENDPOINT_STRATEGY", NO_SERVICE),
    accepted("SQS_DELAY_PURGE_RETRY", NO_SERVICE),
    accepted("SQS_DELAY_RECENTLY_DELETED", NO_SERVICE),
    accepted("SQS_ENABLE_MESSAGE_RETENTION_PERIOD", NO_SERVICE),
    accepted("SNS_SES_SENDER_ADDRESS", NO_SERVICE),
    accepted("SNS_CERT_URL_HOST", NO_SERVICE),
    accepted("EVENT_RULE_ENGINE", NO_SERVICE),
    accepted("LAMBDA_RUNTIME_EXECUTOR", NO_SERVICE),
    accepted("LAMBDA_KEEPALIVE_MS", NO_SERVICE),
    accepted("LAMBDA_REMOVE_CONTAINERS", NO_SERVICE),
    accepted("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", NO_SERVICE),
    accepted("LAMBDA_DOCKER_NETWORK", NO_SERVICE),
    accepted("LAMBDA_DOCKER_FLAGS", NO_SERVICE),
    accepted("HOSTNAME_FROM_LAMBDA", NO_SERVICE),
    accepted("TF_COMPAT_MODE", "Terraform needs no special mode"),
    accepted("ACTIVATE_PRO", "RustStack has one edition"),
    accepted("LOCALSTACK_AUTH_TOKEN", "RustStack asks for no token"),
    accepted("LOCALSTACK_API_KEY", "RustStack asks for no key"),
    ignored("EDGE_PORT", REMOVED),
    ignored("HOSTNAME_EXTERNAL", REMOVED),
    ignored("DEFAULT_REGION", REMOVED),
    ignored("LAMBDA_EXECUTOR", REMOVED),
    ignored("LAMBDA_REMOTE_DOCKER", REMOVED),
    ignored("START_WEB", REMOVED),
];
