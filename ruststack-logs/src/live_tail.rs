//! Live tails: what is written is shown to who looks on, once a second, for three hours at most.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderValue, header};
use http_body::Frame;
use http_body_util::StreamBody;
use parking_lot::Mutex;
use ruststack_core::{Response, body::Body, clock::Timestamp, protocol::event_stream, scope::Scope, service::Runtime};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::{
    api::{LiveTailSessionLogEvent, LiveTailSessionMetadata, LiveTailSessionStart, LiveTailSessionUpdate},
    batch::Batch,
    error::LogsError,
    filter_pattern::FilterPattern,
    group::group_arn,
    limits::{MAX_LIVE_TAILS, MAX_TAILED_EVENTS},
};

/// How often who looks on is told.
const PERIOD: Duration = Duration::from_secs(1);
/// How long a session lasts.
const SESSION: Duration = Duration::from_secs(3 * 3600);
const JSON: &str = "application/json";

/// Who looks on.
#[derive(Default)]
pub(crate) struct Tails {
    tails: Mutex<Vec<Tail>>,
    /// Sessions whose answers have not begun, by their requests.
    begun: Mutex<BTreeMap<String, Session>>,
}

/// What somebody looks at.
pub(crate) struct Watched {
    pub(crate) scope: Scope,
    pub(crate) groups: Vec<String>,
    /// Names and prefixes of streams; all streams where there are neither.
    pub(crate) streams: Vec<String>,
    pub(crate) prefixes: Vec<String>,
    pub(crate) pattern: FilterPattern,
}

struct Tail {
    watched: Watched,
    events: mpsc::Sender<LiveTailSessionLogEvent>,
}

/// The other end of a tail.
struct Session {
    start: LiveTailSessionStart,
    events: mpsc::Receiver<LiveTailSessionLogEvent>,
}

impl Watched {
    fn takes(&self, scope: &Scope, group: &str, stream: &str) -> bool {
        let is_any = self.streams.is_empty() && self.prefixes.is_empty();
        let is_named = || self.streams.iter().any(|name| name == stream);
        let is_prefixed = || self.prefixes.iter().any(|prefix| stream.starts_with(prefix.as_str()));
        self.scope == *scope && self.groups.iter().any(|name| name == group) && (is_any || is_named() || is_prefixed())
    }
}

impl Tails {
    /// Begins a session that answers a request.
    pub(crate) fn begin(
        &self,
        request_id: &str,
        watched: Watched,
        start: LiveTailSessionStart,
    ) -> Result<(), LogsError> {
        let (sender, events) = mpsc::channel(MAX_TAILED_EVENTS);
        let mut tails = self.tails.lock();
        tails.retain(|tail| !tail.events.is_closed());
        if tails.iter().filter(|tail| tail.watched.scope == watched.scope).count() >= MAX_LIVE_TAILS {
            return Err(LogsError::LimitExceededException {});
        }
        tails.push(Tail { watched, events: sender });
        self.begun.lock().insert(request_id.to_owned(), Session { start, events });
        Ok(())
    }

    /// Shows events that were written to who looks on; what nobody waits for is left out.
    pub(crate) fn tell(&self, scope: &Scope, group: &str, stream: &str, batch: &Batch) {
        let mut tails = self.tails.lock();
        if tails.is_empty() {
            return;
        }
        tails.retain(|tail| !tail.events.is_closed());
        for tail in tails.iter().filter(|tail| tail.watched.takes(scope, group, stream)) {
            for event in batch.events.iter().filter(|event| tail.watched.pattern.matches(event.message())) {
                let shown = LiveTailSessionLogEvent {
                    log_stream_name: Some(stream.to_owned()),
                    log_group_identifier: Some(group_arn(scope, group)),
                    message: Some(event.message().to_owned()),
                    timestamp: Some(event.timestamp()),
                    ingestion_time: Some(batch.ingested_at),
                };
                // A full queue means that there is more than a tail shows in a second.
                drop(tail.events.try_send(shown));
            }
        }
    }

    /// The answer to a request that began a session; `None` of others.
    pub(crate) fn answer(&self, request_id: &str, runtime: &Runtime) -> Option<Response> {
        if self.begun.lock().is_empty() {
            return None;
        }
        let session = self.begun.lock().remove(request_id)?;
        let mut response = Response::new(body(session, runtime.clone()));
        let content_type = HeaderValue::from_static("application/vnd.amazon.eventstream");
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        Some(response)
    }
}

/// A session's frames.
fn body(session: Session, runtime: Runtime) -> Body {
    let mut first = Vec::new();
    event_stream::event("initial-response", Some(JSON), b"{}", &mut first);
    frame("sessionStart", &session.start, &mut first);
    let end = runtime.clock.now().plus(SESSION);
    let rest = stream::unfold((session.events, runtime), move |(mut events, runtime)| async move {
        let frames = next_frames(&mut events, &runtime, end).await?;
        Some((frames, (events, runtime)))
    });
    let frames = stream::once(async move { first }).chain(rest);
    Body::stream(StreamBody::new(frames.map(|bytes| Ok::<_, Infallible>(Frame::data(Bytes::from(bytes))))))
}

/// `None` when the session is over, or the emulator.
async fn next_frames(
    events: &mut mpsc::Receiver<LiveTailSessionLogEvent>,
    runtime: &Runtime,
    end: Timestamp,
) -> Option<Vec<u8>> {
    tokio::select! {
        () = runtime.tasks.stopping() => return None,
        () = runtime.clock.sleep_until(runtime.clock.now().plus(PERIOD)) => {}
    }
    if runtime.clock.now() >= end {
        return None;
    }
    let (mut shown, mut frames) = (Vec::new(), Vec::new());
    while let Ok(event) = events.try_recv() {
        shown.push(event);
    }
    let metadata = LiveTailSessionMetadata { sampled: Some(shown.len() >= MAX_TAILED_EVENTS) };
    let update = LiveTailSessionUpdate { session_metadata: Some(metadata), session_results: Some(shown) };
    frame("sessionUpdate", &update, &mut frames);
    Some(frames)
}

fn frame(name: &str, payload: &impl Serialize, to: &mut Vec<u8>) {
    let payload = serde_json::to_vec(payload).expect("it is plain data");
    event_stream::event(name, Some(JSON), &payload, to);
}
