//! Insights queries: `StartQuery`, `GetQueryResults`, `StopQuery`, `DescribeQueries`, `ListLogGroupsForQuery`,
//! `GetLogRecord`. A query is done when it is started.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{operation::Call, page, scope::Scope};
use tokio::task::spawn_blocking;

use super::{Page, group_identified};
use crate::{
    Logs,
    api::{
        DescribeQueriesInput, DescribeQueriesOutput, GetLogRecordInput, GetLogRecordOutput, GetQueryResultsInput,
        GetQueryResultsOutput, ListLogGroupsForQueryInput, ListLogGroupsForQueryOutput, QueryInfo, QueryStatistics,
        ResultField, StartQueryInput, StartQueryOutput, StopQueryInput, StopQueryOutput,
    },
    error::{LogsError, invalid, no_such, not_found},
    limits::{MAX_QUERIED_EVENTS, MAX_QUERY_ROWS},
    position::Position,
    query::{
        InvalidQuery, Query,
        record::Record,
        run::{Answer, Asked},
    },
    reading::{Direction, Found, Merge, Piece},
};

/// The one language; AWS has SQL and PPL as well.
const LANGUAGE: &str = "CWLI";
const COMPLETE: &str = "Complete";
/// Times that are later are no seconds.
const MAX_SECONDS: i64 = 100_000_000_000;

impl From<InvalidQuery> for LogsError {
    fn from(invalid: InvalidQuery) -> Self {
        Self::MalformedQueryException { message: invalid.to_string() }
    }
}

pub(super) async fn start_query(call: Call<Logs>, input: StartQueryInput) -> Result<StartQueryOutput, LogsError> {
    if input.query_language.as_deref().is_some_and(|language| language != LANGUAGE) {
        return Err(invalid("RustStack knows no other query language than CWLI."));
    }
    let groups = groups_of(&call, &input)?;
    let (from, to) = (millis(input.start_time, 0), millis(input.end_time, 999));
    if from > to {
        return Err(invalid("End time should not be before start time."));
    }
    let query = Query::parse(&input.query_string)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_QUERY_ROWS);
    let source = Source::of(&call, &groups, from, to)?;
    // It may take its time: not on a thread that others wait for.
    let answer = spawn_blocking(move || source.answer(&query, limit)).await;
    let answer = Arc::new(answer.map_err(|_| LogsError::ServiceUnavailableException {})?);
    let names: Vec<String> = groups.iter().map(|group| format!("\"{group}\"")).collect();
    let asked = Asked {
        id: call.ids().uuid(),
        text: format!("SOURCE {} START={from} END={to} | {}", names.join(", "), input.query_string),
        groups,
        created_at: call.now().millis(),
        answer,
    };
    let query_id = Some(asked.id.clone());
    call.service().home(call.scope()).lock().queries.remember(asked);
    Ok(StartQueryOutput { query_id })
}

/// To the end of a second, where it is one.
fn millis(time: i64, rest: i64) -> i64 {
    if time < MAX_SECONDS { time * 1000 + rest } else { time }
}

fn groups_of(call: &Call<Logs>, input: &StartQueryInput) -> Result<Vec<String>, LogsError> {
    let identified = input.log_group_identifiers.iter().flatten();
    let identified = identified.map(|identifier| group_identified(call.scope(), identifier));
    let named = input.log_group_name.iter().chain(input.log_group_names.iter().flatten()).cloned();
    let groups: Vec<String> = named.map(Ok).chain(identified).collect::<Result<_, _>>()?;
    if groups.is_empty() {
        return Err(invalid("At least one log group must be specified."));
    }
    let home = call.service().home(call.scope());
    let things = home.lock();
    match groups.iter().find(|group| !things.groups.contains_key(*group)) {
        None => Ok(groups),
        // Recorded: logs_queries.json, 2026-02-06.
        Some(missing) => Err(not_found(format!(
            "Log group '{missing}' does not exist for account ID '{}' (Service: AWSLogs; Status Code: 400; Error Code: \
             ResourceNotFoundException; Request ID: {}; Proxy: null)",
            call.scope().account,
            call.ctx().request_id()
        ))),
    }
}

/// Where the events of a query come from.
struct Source {
    scope: Scope,
    /// Groups and streams, by the numbers of the pieces.
    streams: Vec<(String, String)>,
    pieces: Vec<Piece>,
}

impl Source {
    fn of(call: &Call<Logs>, groups: &[String], from: i64, to: i64) -> Result<Self, LogsError> {
        let (mut streams, mut pieces) = (Vec::new(), Vec::new());
        let home = call.service().home(call.scope());
        let things = home.lock();
        for name in groups {
            let group = things.group(name)?;
            let since = group.settings.retained_since(call.now().millis()).max(from);
            let span = Position::of_time(since)..Position::after_time(to);
            for stream in group.streams.values() {
                pieces.extend(stream.pieces_descending(streams.len(), &span, MAX_QUERIED_EVENTS));
                streams.push((name.clone(), stream.about.name.clone()));
            }
        }
        Ok(Self { scope: call.scope().clone(), streams, pieces })
    }

    fn answer(self, query: &Query, limit: usize) -> Answer {
        let Self { scope, streams, pieces } = self;
        let scanned: usize = pieces.iter().map(Piece::len).sum();
        let scanned_bytes = pieces.iter().map(|piece| piece.batch.size()).sum();
        let found = Merge::of(pieces, Direction::Descending).take(MAX_QUERIED_EVENTS);
        let records = found.map(|found| record(&scope, &streams[found.source], &found));
        Answer { scanned: scanned.min(MAX_QUERIED_EVENTS), scanned_bytes, ..query.run(records, limit) }
    }
}

fn record(scope: &Scope, (group, stream): &(String, String), found: &Found) -> Record {
    let pointer = page::encode(&format!("{group}\0{stream}\0{}", found.position.event_id()));
    let log = format!("{}:{group}", scope.account);
    let times = (found.event().timestamp(), found.ingested_at());
    Record::of_event(found.event().message(), times, [("@logStream", stream), ("@log", &log), ("@ptr", &pointer)])
}

pub(super) async fn get_query_results(
    call: Call<Logs>,
    input: GetQueryResultsInput,
) -> Result<GetQueryResultsOutput, LogsError> {
    let answer = asked(&call, &input.query_id)?.answer;
    let shown = |row: &Vec<(String, String)>| {
        let fields =
            row.iter().map(|(field, value)| ResultField { field: Some(field.clone()), value: Some(value.clone()) });
        fields.collect::<Vec<_>>()
    };
    Ok(GetQueryResultsOutput {
        query_language: Some(LANGUAGE.to_owned()),
        results: Some(answer.rows.iter().map(shown).collect()),
        statistics: Some(QueryStatistics {
            records_matched: Some(answer.matched as f64),
            records_scanned: Some(answer.scanned as f64),
            estimated_records_skipped: Some(0.0),
            bytes_scanned: Some(answer.scanned_bytes as f64),
            estimated_bytes_skipped: Some(0.0),
            log_groups_scanned: None,
            result_count: None,
        }),
        status: Some(COMPLETE.to_owned()),
        encryption_key: None,
        next_token: None,
    })
}

fn asked(call: &Call<Logs>, id: &str) -> Result<Asked, LogsError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    things.queries.get(id).cloned().ok_or_else(|| not_found(format!("Query with id {id} does not exist.")))
}

pub(super) async fn stop_query(call: Call<Logs>, input: StopQueryInput) -> Result<StopQueryOutput, LogsError> {
    asked(&call, &input.query_id)?;
    Err(invalid(format!("Query with id {} is in Complete state. Cannot stop it.", input.query_id)))
}

pub(super) async fn describe_queries(
    call: Call<Logs>,
    input: DescribeQueriesInput,
) -> Result<DescribeQueriesOutput, LogsError> {
    let limit = input.max_results.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let home = call.service().home(call.scope());
    let things = home.lock();
    let all = things.queries.all().filter(|_| input.status.as_deref().is_none_or(|status| status == COMPLETE));
    let all = all.filter(|asked| input.log_group_name.as_ref().is_none_or(|group| asked.groups.contains(group)));
    let shown = |asked: &Asked| QueryInfo {
        query_language: Some(LANGUAGE.to_owned()),
        query_id: Some(asked.id.clone()),
        query_string: Some(asked.text.clone()),
        status: Some(COMPLETE.to_owned()),
        create_time: Some(asked.created_at),
        log_group_name: asked.groups.first().cloned(),
        query_duration: None,
        bytes_scanned: None,
        user_identity: None,
    };
    Ok(DescribeQueriesOutput { queries: Some(all.take(limit).map(shown).collect()), next_token: None })
}

pub(super) async fn list_log_groups_for_query(
    call: Call<Logs>,
    input: ListLogGroupsForQueryInput,
) -> Result<ListLogGroupsForQueryOutput, LogsError> {
    let page = Page::of(input.max_results, input.next_token.as_deref())?;
    let mut groups = asked(&call, &input.query_id)?.groups;
    groups.sort();
    let (groups, next_token) = page.take(groups.into_iter().map(|group| (group.clone(), group)));
    Ok(ListLogGroupsForQueryOutput { log_group_identifiers: Some(groups), next_token })
}

pub(super) async fn get_log_record(
    call: Call<Logs>,
    input: GetLogRecordInput,
) -> Result<GetLogRecordOutput, LogsError> {
    let pointer = page::decode(&input.log_record_pointer).map_err(|_| invalid("Invalid log record pointer."))?;
    let mut parts = pointer.split('\0');
    let (Some(group), Some(stream), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(invalid("Invalid log record pointer."));
    };
    let position = Position::of_event_id(id).ok_or_else(|| invalid("Invalid log record pointer."))?;
    let pieces = {
        let home = call.service().home(call.scope());
        let things = home.lock();
        things.group(group)?.stream(stream)?.pieces(0, &(position..position.next()))
    };
    let found = Merge::of(pieces, Direction::Ascending).next().ok_or_else(|| no_such("log record"))?;
    let record = record(call.scope(), &(group.to_owned(), stream.to_owned()), &found);
    let shown: BTreeMap<String, String> = record.shown();
    Ok(GetLogRecordOutput { log_record: Some(shown) })
}
