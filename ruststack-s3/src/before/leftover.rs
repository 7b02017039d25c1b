//! What is left of a request's body when its reader stops: read and thrown away, so that the client, which is still
//! sending, hears the answer instead of a broken pipe.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::header;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use ruststack_core::{
    Request,
    body::{Body, BodyError},
};

/// How much is read of what nobody wants. Bytes.
pub(crate) const MAX_DRAINED: usize = 64 * 1024 * 1024;
/// How long the client may pause while it sends what nobody wants.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a lent body comes back to.
#[derive(Default)]
pub(crate) struct Leftover(Arc<Mutex<Option<Body>>>);

impl Leftover {
    /// Lends the request's body: whoever drops it unread gives it back. Bodies at hand need not come back.
    pub(crate) fn of(request: Request) -> (Self, Request) {
        let leftover = Self::default();
        if request.body().as_bytes().is_some() {
            return (leftover, request);
        }
        let is_held_back = request.headers().contains_key(header::EXPECT);
        let slot = Arc::clone(&leftover.0);
        (leftover, request.map(|body| Body::stream(Lent { body: Some(body), is_held_back, slot })))
    }

    pub(crate) async fn drain(self) {
        self.drain_for(PATIENCE).await;
    }

    async fn drain_for(self, patience: Duration) {
        let Some(mut body) = self.0.lock().take() else { return };
        let mut drained = 0;
        while drained < MAX_DRAINED {
            match tokio::time::timeout(patience, body.frame()).await {
                Ok(Some(Ok(frame))) => drained += frame.data_ref().map_or(0, Bytes::len),
                // It came to its end, broke, or the client waits for the answer.
                _ => return,
            }
        }
    }
}

struct Lent {
    /// Taken when there is no more of it.
    body: Option<Body>,
    /// The client sends it only when it is asked for it, which reading does.
    is_held_back: bool,
    slot: Arc<Mutex<Option<Body>>>,
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.is_held_back = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if !self.is_held_back {
            *self.slot.lock() = self.body.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;

    use super::*;

    fn body(pieces: &'static [&'static str]) -> Body {
        let frames = pieces.iter().map(|piece| Ok::<_, BodyError>(Frame::data(Bytes::from_static(piece.as_bytes()))));
        Body::stream(StreamBody::new(stream::iter(frames)))
    }

    async fn left(leftover: Leftover) -> Option<Bytes> {
        let body = leftover.0.lock().take();
        match body {
            Some(body) => body.read(100).await.ok(),
            None => None,
        }
    }

    #[tokio::test]
    async fn what_was_not_read_comes_back() {
        let (leftover, sent) = Leftover::of(http::Request::builder().body(body(&["ab", "cd", "ef"])).unwrap());
        let mut lent = sent.into_body();
        assert_eq!(lent.frame().await.unwrap().unwrap().into_data().unwrap(), "ab");
        drop(lent);
        assert_eq!(left(leftover).await.unwrap(), "cdef");
    }

    #[tokio::test]
    async fn what_was_read_to_its_end_does_not_come_back() {
        let (leftover, sent) = Leftover::of(http::Request::builder().body(body(&["ab"])).unwrap());
        assert_eq!(sent.into_body().read(100).await.unwrap(), "ab");
        assert_eq!(left(leftover).await, None);
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_asked_is_not_asked() {
        for (is_read, expected) in [(false, None), (true, Some("cd"))] {
            let expecting = http::Request::builder().header("expect", "100-continue");
            let (leftover, sent) = Leftover::of(expecting.body(body(&["ab", "cd"])).unwrap());
            let mut lent = sent.into_body();
            if is_read {
                assert!(lent.frame().await.is_some());
            }
            drop(lent);
            assert_eq!(left(leftover).await.as_deref(), expected.map(str::as_bytes));
        }
    }

    #[tokio::test]
    async fn a_client_that_stops_sending_is_answered() {
        let silent = Body::stream(StreamBody::new(stream::pending::<Result<Frame<Bytes>, BodyError>>()));
        let (leftover, sent) = Leftover::of(http::Request::builder().body(silent).unwrap());
        drop(sent);
        leftover.drain_for(Duration::ZERO).await;
    }
}
