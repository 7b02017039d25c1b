//! The id of the request that is being answered: for log lines that are written far from its context.
//!
//! At the level `debug` and below a span says more; a span of every request would cost an eighth of a small GET.

tokio::task_local! {
    static ID: String;
}

/// Whatever `work` logs belongs to the request.
pub(crate) async fn answering<W: Future>(request_id: String, work: W) -> W::Output {
    ID.scope(request_id, work).await
}

/// As [`answering`], for work that waits for nothing.
pub(crate) fn within<T>(request_id: String, work: impl FnOnce() -> T) -> T {
    ID.sync_scope(request_id, work)
}

/// `None` outside of requests.
pub fn id() -> Option<String> {
    ID.try_with(Clone::clone).ok()
}
