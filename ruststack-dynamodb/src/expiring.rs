//! Items that expire: removed every now and then, and when somebody asks for it.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use ruststack_core::{
    Response,
    body::Body,
    context::{Context, Endpoint, NewContext},
    error::AwsError,
    identity::{Identity, Principal},
    journal::Refused,
    scope::Scope,
    service::{Protocol, Runtime},
};
use serde_json::json;

use crate::{
    DynamoDb,
    table::{Expiries, RowKey, Table},
    tables::Tables,
    writing::{Change, Write, make_all},
};

/// Paths of the emulator's own.
pub(crate) const PATHS: &str = "/_aws/dynamodb/";
/// LocalStack's.
const EXPIRED: &str = "/_aws/dynamodb/expired";
/// How many items are removed at once: others write meanwhile.
const TOGETHER: usize = 100;

/// Goes on until the emulator stops.
pub(crate) async fn work(dynamodb: Arc<DynamoDb>, runtime: Runtime) {
    loop {
        runtime.clock.sleep(dynamodb.config.expiry_period).await;
        catch_up(&dynamodb, &runtime).await;
    }
}

/// Removes what is due by the clock.
pub(crate) async fn catch_up(dynamodb: &DynamoDb, runtime: &Runtime) {
    for (scope, tables) in dynamodb.all_tables() {
        let ctx = context(runtime, &scope);
        // A disk that takes nothing is asked again next time.
        if trim_streams(&ctx, &tables).is_ok() && dynamodb.config.removes_expired {
            remove_expired(&ctx, &tables).await;
        }
    }
}

fn trim_streams(ctx: &Context, tables: &Tables) -> Result<(), Refused> {
    let _section = ctx.changes().begin()?;
    tables.trim_streams(ctx.now(), ctx.changes());
    Ok(())
}

/// How many items expired; of all tables of an account in a region.
async fn remove_expired(ctx: &Context, tables: &Tables) -> usize {
    let mut count = 0;
    for table in tables.all() {
        let Some(expiries) = table.expiries() else { continue };
        loop {
            let due = expiries.due(ctx.now(), TOGETHER);
            let removed = remove(ctx, &table, &expiries, due);
            // The next items must not become many more than the disk takes.
            if removed == 0 || ctx.changes().committed().await.is_err() {
                break;
            }
            count += removed;
        }
    }
    count
}

/// Removes those that are still due; none of a table that was deleted meanwhile.
fn remove(ctx: &Context, table: &Arc<Table>, expiries: &Arc<Expiries>, due: Vec<RowKey>) -> usize {
    let expire = |key| Write {
        table: Arc::clone(table),
        key,
        condition: None,
        change: Change::Expire { expiries: Arc::clone(expiries), now: ctx.now() },
        tells_item: false,
    };
    let writes: Vec<Write> = due.into_iter().map(expire).collect();
    let written = make_all(&writes, ctx, |_, _| {}).unwrap_or_default();
    written.iter().filter(|written| written.old.is_some() && written.new.is_none()).count()
}

/// In the name of the account.
fn context(runtime: &Runtime, scope: &Scope) -> Context {
    Context::new(NewContext {
        request_id: runtime.ids.uuid(),
        scope: scope.clone(),
        identity: Identity { principal: Principal::Root, ..Identity::anonymous(scope.account) },
        protocol: Protocol::AwsJson10,
        endpoint: Endpoint { scheme: "http", host: "dynamodb.amazonaws.com".to_owned() },
        trace_id: None,
        hops: 0,
        runtime: runtime.clone(),
    })
}

/// `DELETE /_aws/dynamodb/expired` removes expired items of all accounts and regions.
pub(crate) async fn answer(dynamodb: &DynamoDb, ctx: &Context, head: &Parts) -> Result<Response, AwsError> {
    ctx.note_operation("DeleteExpiredItems");
    if head.uri.path() != EXPIRED {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    if head.method != Method::DELETE {
        return Ok(empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let mut count = 0;
    for (scope, tables) in dynamodb.all_tables() {
        count += remove_expired(&context(ctx.runtime(), &scope), &tables).await;
    }
    let mut response = Response::new(Body::from(json!({"ExpiredItems": count}).to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
