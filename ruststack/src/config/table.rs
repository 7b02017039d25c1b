//! The variables: what each means, its default, and whether it does anything here.

/// One variable, or a family of them.
pub(super) struct Variable {
    /// A `*` at the end stands for any rest.
    pub(super) name: &'static str,
    pub(super) effect: Effect,
    /// What is in effect when it is not set.
    pub(super) default: &'static str,
    pub(super) meaning: &'static str,
}

/// What becomes of a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    /// It does what it says.
    Honoured,
    /// It asks for what RustStack does in any case, or has no use for.
    Accepted,
    /// It is for what RustStack does not have yet.
    Missing,
    /// LocalStack ignores it, too.
    Ignored,
}

impl Variable {
    /// What is never shown: credentials, and flags that carry them (`-e PASSWORD=…`).
    pub(super) fn is_secret(&self) -> bool {
        ["LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_API_KEY", "LAMBDA_DOCKER_FLAGS"].contains(&self.name)
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => self.name == name,
        }
    }
}

/// The variable of that name.
pub(super) fn find(name: &str) -> Option<&'static Variable> {
    TABLE.iter().find(|variable| variable.is_called(name))
}

const fn honoured(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Honoured, default, meaning }
}

const fn accepted(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Accepted, default, meaning }
}

const fn missing(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, effect: Effect::Missing, default, meaning }
}

const fn ignored(name: &'static str) -> Variable {
    Variable { name, effect: Effect::Ignored, default: "", meaning: "removed by LocalStack 2 or 3" }
}

const NO_DNS: &str = "RustStack has no DNS server, and nothing of it needs one";
const NO_JVM: &str = "a setting of DynamoDB Local that makes no difference behind RustStack";
const NOT_IN_LAMBDA: &str = "Lambda here does not have it yet";
const NO_SNS_SENDING: &str = "SNS sends no mail and no pushes; it keeps them to be looked at";
const NO_CLOUDWATCH: &str = "CloudWatch is not here yet";
const JOURNALED: &str = "with PERSISTENCE=1 every write is kept before it is answered, and all is loaded at start";

#[rustfmt::skip]
pub(super) const TABLE: &[Variable] = &[
    honoured("GATEWAY_LISTEN", "127.0.0.1:4566", "where to listen, `host:port` or `:port`, a comma-separated list; in a container the default is 0.0.0.0:4566"),
    honoured("SERVICES", "", "only these services, a comma-separated list, and what they need; empty for all"),
    honoured("STRICT_SERVICE_LOADING", "1", "0: services that SERVICES leaves out are there all the same"),
    honoured("RUSTSTACK_AUTH", "off", "off: signatures are read, not checked; sigv4: signed requests are held to their signatures; iam: and their senders to policies and ACLs"),
    honoured("S3_SKIP_SIGNATURE_VALIDATION", "1", "0: presigned S3 URLs and forms are verified even when RUSTSTACK_AUTH is off"),
    honoured("DEFAULT_ACCOUNT_ID", "000000000000", "the account of access keys that name none"),
    honoured("AWS_DEFAULT_REGION", "us-east-1", "the region of requests that name none"),
    honoured("ALLOW_NONSTANDARD_REGIONS", "0", "1: regions that AWS does not have are taken as they are"),
    honoured("PARITY_AWS_ACCESS_KEY_ID", "0", "1: access keys as AWS issues them name their account"),
    honoured("LOCALSTACK_HOST", "localhost.localstack.cloud", "a host name, with or without port, under which buckets are found as `<bucket>.<host>` and `<bucket>.s3.<host>`"),
    honoured("RUSTSTACK_EXTRA_DOMAINS", "", "more such host names, a comma-separated list"),
    honoured("S3_MAX_MEMORY_OBJECT_SIZE", "524288", "objects up to this size stay in memory, larger ones go to temporary files; bytes"),
    honoured("S3_ACL", "enforce", "access control lists; ignore: they are taken and forgotten; record: kept and echoed; enforce: they also decide where RUSTSTACK_AUTH is iam"),
    honoured("S3_SSE", "transparent", "server-side encryption, of which clients see all and the disk nothing: bytes are kept plain; ignore: what is asked for is taken and forgotten; record: kept and echoed; transparent: the keys of SSE-C are demanded, too"),
    honoured("S3_SKIP_KMS_KEY_VALIDATION", "1", "0: the keys of SSE-KMS must be there, enabled and not about to be deleted, for writing and for reading"),
    honoured("RUSTSTACK_S3_REQUESTS_PER_SECOND", "0", "more requests to S3 in one second are answered `SlowDown`; 0: as many as come"),
    honoured("RUSTSTACK_S3_LISTING_DELAY_MS", "0", "ListObjects and ListObjectsV2 show what there was so many milliseconds ago, as eventually consistent stores do; 0: what there is"),
    honoured("RUSTSTACK_S3_EVENT_VERSION", "2.5", "version of the records that notifications of S3 send; legacy: 2.1, 2.2 or 2.3, by the event, as before 2026"),
    honoured("RUSTSTACK_S3_TEST_EVENT", "1", "0: queues and topics get no `s3:TestEvent` when they become destinations of notifications"),
    honoured("DYNAMODB_REMOVE_EXPIRED_ITEMS", "1", "0: items whose time to live is over stay until `DELETE /_aws/dynamodb/expired`; LocalStack's default is 0"),
    honoured("RUSTSTACK_DYNAMODB_EXPIRY_PERIOD", "3600", "how often such items are removed, in seconds of the movable clock; `/_ruststack/settle` removes them at once"),
    honoured("SNS_CERT_URL_HOST", "", "host of `SigningCertURL`, for clients that insist on one of AWS's (`sns.us-east-1.amazonaws.com`); without it the certificate is where the client reached us, and can be fetched"),
    honoured("SQS_ENDPOINT_STRATEGY", "host", "form of queues' URLs: host (`http://<host of the request>/<account>/<name>`), or LocalStack's standard (its default), domain, path, dynamic, off; every form is understood. With host whoever asked can reach the URL, also from another container or through a mapped port, where the names of the other forms do not resolve or lead to the caller itself"),
    honoured("SQS_DELAY_PURGE_RETRY", "0", "1: a queue can be purged once in 60 seconds"),
    honoured("SQS_DELAY_RECENTLY_DELETED", "0", "1: a deleted queue's name is free again after 60 seconds"),
    honoured("DYNAMODB_ERROR_PROBABILITY", "0.0", "how often reads and writes of DynamoDB's items are answered `ProvisionedThroughputExceededException`, from 0.0 to 1.0"),
    honoured("DYNAMODB_READ_ERROR_PROBABILITY", "0.0", "how often reads of DynamoDB's items are answered `ProvisionedThroughputExceededException`, from 0.0 to 1.0"),
    honoured("DYNAMODB_WRITE_ERROR_PROBABILITY", "0.0", "how often writes of DynamoDB's items are answered `ProvisionedThroughputExceededException`, from 0.0 to 1.0"),
    honoured("RUSTSTACK_DYNAMODB_THROUGHPUT", "0", "1: tables of DynamoDB are held to the throughput that they are provisioned with, second by second"),
    honoured("SQS_ENABLE_MESSAGE_RETENTION_PERIOD", "1", "0: messages never grow too old; LocalStack's default is 0"),
    honoured("SQS_DISABLE_MAX_NUMBER_OF_MESSAGE_LIMIT", "0", "1: more than ten messages may be received at once"),
    honoured("RUSTSTACK_DYNAMODB", "engine", "who keeps DynamoDB's items: engine, ours; local, DynamoDB Local, which is started, watched and stopped with RustStack; or a URL, http://<host>:<port>, of another implementation"),
    honoured("DYNAMODB_LOCAL_PATH", "", "where DynamoDBLocal.jar is; without it `dynamodb-local` in DATA_DIR, where `ruststack install dynamodb-local` puts it"),
    honoured("DYNAMODB_IN_MEMORY", "1", "of DynamoDB Local: 1: its items end with it; the default is 0 with PERSISTENCE=1"),
    honoured("DYNAMODB_HEAP_SIZE", "256m", "of DynamoDB Local: the most that Java takes for objects, as in 256m or 1g"),
    honoured("DYNAMODB_LOCAL_PORT", "0", "of DynamoDB Local: its port on 127.0.0.1; 0: any that is free"),
    honoured("DYNAMODB_DELAY_TRANSIENT_STATUSES", "0", "of DynamoDB Local: 1: tables are CREATING for a while there"),
    honoured("TMPDIR", "/tmp", "where temporary files live"),
    honoured("PERSISTENCE", "0", "1: state outlives the process, in DATA_DIR; 0: it lives in memory and ends with it"),
    honoured("DATA_DIR", "./.ruststack", "where state is kept; in a container the default is /var/lib/localstack"),
    honoured("RUSTSTACK_DURABILITY", "normal", "what an answered write survives: normal, the death of the process; full, that of the machine, too"),
    honoured("DEBUG", "0", "1: debug log, and the endpoints diagnose and usage"),
    honoured("LS_LOG", "info", "level of the log: trace, debug, info, warn, error"),
    honoured("RUST_LOG", "", "filter of the log, as tracing-subscriber reads it; goes before LS_LOG"),
    honoured("RUSTSTACK_REQUEST_LOG", "0", "1: requests are recorded in the shape of CloudTrail's records, for GET /_ruststack/requests"),
    honoured("RUSTSTACK_REQUEST_LOG_FILE", "", "a file to which these records are written, too, one a line"),
    honoured("CUSTOM_SSL_CERT_PATH", "", "a PEM file with certificate and key; without it a self-signed one is made"),
    honoured("DISABLE_CORS_CHECKS", "0", "1: any origin may"),
    honoured("DISABLE_CORS_HEADERS", "0", "1: no CORS headers in answers"),
    honoured("DISABLE_PREFLIGHT_PROCESSING", "0", "1: preflight requests (OPTIONS) go to the services"),
    honoured("EXTRA_CORS_ALLOWED_ORIGINS", "", "more origins that may, a comma-separated list"),
    honoured("EXTRA_CORS_ALLOWED_HEADERS", "", "more headers that requests may have"),
    honoured("EXTRA_CORS_EXPOSE_HEADERS", "", "more headers that scripts may read"),
    honoured("LOCALSTACK_RESPONSE_HEADER_ENABLED", "1", "0: no `x-localstack` header in answers"),
    honoured("ENABLE_CONFIG_UPDATES", "0", "1: GET /_localstack/config answers; settings are read once, at the start, so POST answers 501"),
    honoured("RUSTSTACK_INIT_DIR", "", "a folder with boot.d, start.d, ready.d, shutdown.d, beside /etc/localstack/init"),
    accepted("EAGER_SERVICE_LOADING", "0", "services are ready from the start"),
    accepted("SNAPSHOT_SAVE_STRATEGY", "", JOURNALED),
    accepted("SNAPSHOT_LOAD_STRATEGY", "", JOURNALED),
    accepted("SNAPSHOT_FLUSH_INTERVAL", "15", JOURNALED),
    accepted("USE_SSL", "0", "HTTP and HTTPS are served on the same port; URLs in answers use the scheme of the request"),
    accepted("SKIP_SSL_CERT_DOWNLOAD", "0", "no certificate is ever downloaded"),
    accepted("REMOVE_SSL_CERT", "0", "the self-signed certificate is never kept"),
    accepted("FAIL_FAST", "0", "errors are always answered at once"),
    accepted("INCLUDE_STACK_TRACES_IN_HTTP_RESPONSE", "0", "there are no stack traces in answers"),
    accepted("TF_COMPAT_MODE", "0", "Terraform needs no special mode"),
    accepted("ACTIVATE_PRO", "0", "RustStack has one edition"),
    accepted("LOCALSTACK_AUTH_TOKEN", "", "RustStack asks for no token"),
    accepted("LOCALSTACK_API_KEY", "", "RustStack asks for no key"),
    accepted("PROVIDER_OVERRIDE_*", "", "every service has one implementation"),
    accepted("DYNAMODB_SHARE_DB", "0", NO_JVM),
    accepted("DYNAMODB_OPTIMIZE_DB_BEFORE_STARTUP", "0", NO_JVM),
    accepted("DYNAMODB_CORS", "*", NO_JVM),
    accepted("DNS_ADDRESS", "", NO_DNS),
    accepted("DNS_PORT", "53", NO_DNS),
    accepted("DNS_SERVER", "", NO_DNS),
    accepted("DNS_RESOLVE_IP", "", NO_DNS),
    accepted("DNS_LOCAL_NAME_PATTERNS", "", NO_DNS),
    accepted("DNS_NAME_PATTERNS_TO_RESOLVE_UPSTREAM", "", NO_DNS),
    missing("DISABLE_CUSTOM_CORS_S3", "0", "a bucket with CORS rules always answers by them"),
    missing("DISABLE_CUSTOM_CORS_APIGATEWAY", "0", "API Gateway is not here yet"),
    accepted("MAIN_CONTAINER_NAME", "localstack-main", "RustStack finds the container that it runs in by itself"),
    honoured("MAIN_DOCKER_NETWORK", "", "the same as LAMBDA_DOCKER_NETWORK, which goes before"),
    honoured("DOCKER_SOCK", "/var/run/docker.sock", "the socket that the container engine is looked for behind first; then come those of Docker Desktop, of rootless Docker and of Podman"),
    honoured("DOCKER_HOST", "", "where the container engine is: unix:// or tcp://"),
    missing("SQS_DISABLE_CLOUDWATCH_METRICS", "0", NO_CLOUDWATCH),
    missing("SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL", "60", NO_CLOUDWATCH),
    missing("SNS_SES_SENDER_ADDRESS", "", NO_SNS_SENDING),
    missing("LEGACY_SNS_GCM_PUBLISHING", "", NO_SNS_SENDING),
    accepted("EVENT_RULE_ENGINE", "python", "there is one matcher of event patterns, and it is AWS's language whole"),
    honoured("BUCKET_MARKER_LOCAL", "hot-reload", "the bucket whose keys are folders of this machine, which functions run from as they are"),
    honoured("LAMBDA_RUNTIME_EXECUTOR", "auto", "process: functions run as processes of this machine; docker: in containers; auto: in containers where an engine answers within two seconds, else as processes, and as processes where the image of their runtime is neither there nor to be had"),
    honoured("LAMBDA_KEEPALIVE_MS", "600000", "how long an idle environment of a function is kept; 0: it is stopped after each invocation"),
    missing("LAMBDA_REMOVE_CONTAINERS", "1", NOT_IN_LAMBDA),
    honoured("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "20", "how many seconds a function's runtime may take to start"),
    honoured("LAMBDA_RUNTIME_IMAGE_MAPPING", "", "images of runtimes: a pattern with `<runtime>`, or a JSON object by runtime; those missing are AWS's"),
    honoured("LAMBDA_RUNTIME_VALIDATION", "0", "1: runtimes that AWS no longer takes are refused"),
    honoured("LAMBDA_IGNORE_ARCHITECTURE", "0", "1: functions run on the processor that there is, whichever they ask for"),
    honoured("LAMBDA_DOCKER_FLAGS", "", "flags of `docker run` for the containers of functions; see docs/lambda-docker.md"),
    honoured("LAMBDA_DOCKER_NETWORK", "", "the networks that containers of functions join, a comma-separated list; the first is the one by which they reach RustStack"),
    honoured("RUSTSTACK_LAMBDA_HOST", "", "the name or address by which containers of functions reach RustStack, where it finds the wrong one"),
    honoured("LAMBDA_DOCKER_DNS", "", "the name servers of containers of functions, a comma-separated list"),
    honoured("LAMBDA_DISABLE_AWS_ENDPOINT_URL", "0", "1: functions are not given AWS_ENDPOINT_URL"),
    honoured("LAMBDA_SYNCHRONOUS_CREATE", "0", "1: a function is active when its creation is answered"),
    missing("LAMBDA_PREBUILD_IMAGES", "0", NOT_IN_LAMBDA),
    honoured("LAMBDA_RETRY_BASE_DELAY", "60", "how many seconds pass before an asynchronous invocation that failed is tried again; twice as many the next time"),
    honoured("LAMBDA_RETRY_BASE_DELAY_SECONDS", "60", "the same"),
    missing("LAMBDA_TRUNCATE_STDOUT", "2000", NOT_IN_LAMBDA),
    honoured("LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC", "0.2", "how many seconds pass before an empty queue or stream is looked at again"),
    missing("LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC", "60", NOT_IN_LAMBDA),
    missing("LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC", "10", NOT_IN_LAMBDA),
    honoured("LAMBDA_LIMITS_CONCURRENT_EXECUTIONS", "1000", "how many invocations run at once in an account and region"),
    missing("LAMBDA_LIMITS_*", "", NOT_IN_LAMBDA),
    missing("LAMBDA_DEBUG_MODE", "0", NOT_IN_LAMBDA),
    missing("LAMBDA_DEBUG_MODE_CONFIG_PATH", "", NOT_IN_LAMBDA),
    honoured("HOSTNAME_FROM_LAMBDA", "127.0.0.1", "the host by which functions reach RustStack"),
    ignored("EDGE_PORT"),
    ignored("HOSTNAME_EXTERNAL"),
    ignored("DEFAULT_REGION"),
    ignored("LAMBDA_EXECUTOR"),
    ignored("LAMBDA_REMOTE_DOCKER"),
    ignored("START_WEB"),
    ignored("DISABLE_EVENTS"),
];
