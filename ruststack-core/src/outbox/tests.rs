//! A post office whose parcels are numbers, on a clock that stands still.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;

use super::*;
use crate::{
    clock::{Clock, Timestamp},
    context::{Endpoint, NewContext},
    identity::Identity,
    ids::Ids,
    journal::{
        Ephemeral, Journal,
        sqlite::{Durability, Sqlite},
    },
    scope::{AccountId, Region, Scope},
    service::Protocol,
};

static TABLE: Table = Table::new("test", "outbox", 1);

/// Remembers what it carried; while it is on strike nothing arrives.
#[derive(Default)]
struct Post {
    arrived: Mutex<Vec<(String, u32)>>,
    given_up: Mutex<Vec<String>>,
    is_on_strike: AtomicBool,
    /// It asks each parcel to wait that many seconds.
    pause: AtomicU64,
    tries: watch::Sender<usize>,
}

#[async_trait]
impl Courier for Post {
    type Parcel = String;
    type Failure = &'static str;

    fn pause(&self, _ctx: &Context, _sent: Sent<'_, String>) -> Option<Duration> {
        let seconds = self.pause.load(Ordering::Relaxed);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    async fn carry(&self, ctx: &Context, sent: Sent<'_, String>) -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        assert_eq!((ctx.request_id(), ctx.cause_operation()), ("cause", Some("Write")));
        self.tries.send_modify(|count| *count += 1);
        if self.is_on_strike.load(Ordering::Relaxed) {
            return Err("strike");
        }
        self.arrived.lock().push((sent.parcel.clone(), sent.attempts));
        Ok(())
    }

    fn back_off(&self, ctx: &Context, sent: Sent<'_, String>, failure: &&'static str) -> Option<Duration> {
        assert_eq!(*failure, "strike");
        let is_late = ctx.now().since(sent.origin.posted_at()) >= Duration::from_secs(60);
        (!is_late).then_some(Duration::from_secs(30))
    }

    async fn give_up(&self, _ctx: &Context, sent: Sent<'_, String>, _failure: &&'static str) {
        self.given_up.lock().push(sent.parcel.clone());
    }
}

struct Office {
    outbox: Arc<Outbox<Post>>,
    post: Arc<Post>,
    runtime: Runtime,
}

impl Office {
    fn new(journal: Arc<dyn Journal>) -> Self {
        let clock = Clock::frozen_at(Timestamp::from_seconds(1_000_000));
        let runtime = Runtime::new(clock, Ids::seeded(1), journal);
        Self { outbox: Arc::new(Outbox::new(&TABLE)), post: Arc::default(), runtime }
    }

    fn start(&self) {
        self.outbox.start(&self.post, &self.runtime);
    }

    fn context(&self) -> Context {
        let account = AccountId::DEFAULT;
        let ctx = Context::new(NewContext {
            request_id: "cause".to_owned(),
            scope: Scope::new(account, Region::US_EAST_1),
            identity: Identity::anonymous(account),
            protocol: Protocol::AwsJson10,
            endpoint: Endpoint { scheme: "http", host: "localhost".to_owned() },
            trace_id: None,
            hops: 0,
            runtime: self.runtime.clone(),
        });
        ctx.note_operation("Write");
        ctx
    }

    async fn send(&self, lane: &str, parcel: &str) {
        let ctx = self.context();
        {
            let _section = ctx.changes().begin().unwrap();
            self.outbox.post(&ctx, lane, parcel.to_owned());
        }
        ctx.changes().committed().await.unwrap();
    }

    fn arrived(&self) -> Vec<String> {
        self.post.arrived.lock().iter().map(|(parcel, _)| parcel.clone()).collect()
    }

    /// Moves the clock, and returns once something was tried since.
    async fn pass(&self, seconds: u64) {
        let mut tries = self.post.tries.subscribe();
        let before = *tries.borrow_and_update();
        self.runtime.clock.advance(Duration::from_secs(seconds));
        tries.wait_for(|count| *count > before).await.unwrap();
        self.runtime.bus.settle().await;
    }
}

fn ephemeral() -> Office {
    let office = Office::new(Arc::new(Ephemeral));
    office.start();
    office
}

#[tokio::test]
async fn parcels_of_a_lane_arrive_in_their_order() {
    let office = ephemeral();
    for number in 0..200 {
        office.send(&format!("lane {}", number % 7), &format!("{number:03}")).await;
    }
    office.runtime.bus.settle().await;
    let arrived = office.arrived();
    assert_eq!((arrived.len(), office.outbox.len()), (200, 0));
    for lane in 0..7 {
        let of_lane: Vec<_> = arrived.iter().filter(|text| text.parse::<u32>().unwrap() % 7 == lane).collect();
        assert!(of_lane.is_sorted(), "{of_lane:?}");
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_and_holds_up_its_lane_alone() {
    let office = ephemeral();
    office.post.is_on_strike.store(true, Ordering::Relaxed);
    office.send("a", "first").await;
    office.send("a", "second").await;
    office.runtime.bus.settle().await;
    office.post.is_on_strike.store(false, Ordering::Relaxed);
    office.send("b", "other").await;
    office.runtime.bus.settle().await;
    assert_eq!(office.arrived(), ["other"], "the first waits for its back-off, the second for the first");
    office.pass(30).await;
    assert_eq!(office.arrived(), ["other", "first", "second"]);
    assert_eq!(office.post.arrived.lock()[1].1, 1, "the first was tried once before");
    assert_eq!(office.post.arrived.lock()[2].1, 0);
}

#[tokio::test]
async fn waiting_for_a_turn_is_no_try() {
    let office = ephemeral();
    office.post.pause.store(10, Ordering::Relaxed);
    office.send("a", "first").await;
    office.runtime.bus.settle().await;
    assert!(office.arrived().is_empty());
    office.pass(10).await;
    assert_eq!(*office.post.arrived.lock(), [("first".to_owned(), 0)]);
}

#[tokio::test]
async fn what_never_arrives_is_given_up() {
    let office = ephemeral();
    office.post.is_on_strike.store(true, Ordering::Relaxed);
    office.send("a", "first").await;
    office.runtime.bus.settle().await;
    office.pass(30).await;
    assert!(office.post.given_up.lock().is_empty());
    office.pass(30).await;
    assert_eq!((office.post.given_up.lock().clone(), office.outbox.len()), (vec!["first".to_owned()], 0));
}

#[tokio::test]
async fn a_reset_forgets_what_waits_and_the_lane_can_be_used_again() {
    let office = ephemeral();
    office.post.is_on_strike.store(true, Ordering::Relaxed);
    office.send("a", "old").await;
    office.runtime.bus.settle().await;
    let changes = Changes::of(Arc::clone(&office.runtime.journal));
    office.outbox.reset(&Part { account: AccountId::from_number(7), region: None }, &changes);
    assert_eq!(office.outbox.len(), 1, "that part has none");
    office.outbox.reset(&Part::default(), &changes);
    assert!(office.outbox.is_empty());
    office.post.is_on_strike.store(false, Ordering::Relaxed);
    office.send("a", "new").await;
    office.runtime.bus.settle().await;
    office.runtime.clock.advance(Duration::from_secs(30));
    office.runtime.bus.settle().await;
    assert_eq!(office.arrived(), ["new"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_posted_outlives_the_process_until_it_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let kept = Sqlite::open(&folder.path().join("state.db"), Durability::Normal, &[&TABLE]).unwrap();
        let office = Office::new(Arc::new(kept));
        office.outbox.load(&*office.runtime.journal.reader().unwrap()).unwrap();
        office
    };
    // Nobody carries, as if the process ended first.
    let office = open();
    for parcel in ["first", "second", "third"] {
        office.send("a", parcel).await;
    }
    drop(office);
    let office = open();
    office.start();
    office.runtime.bus.settle().await;
    assert_eq!(office.arrived(), ["first", "second", "third"]);
    office.send("a", "fourth").await;
    office.runtime.bus.settle().await;
    office.runtime.journal.enqueue(Rows::default()).committed().await.unwrap();
    drop(office);
    assert!(open().outbox.is_empty(), "what arrived is not carried again");
}

#[tokio::test]
async fn requests_wait_while_too_much_waits() {
    let office = ephemeral();
    office.post.is_on_strike.store(true, Ordering::Relaxed);
    for number in 0..MAX_WAITING {
        office.send("a", &number.to_string()).await;
    }
    office.runtime.bus.settle().await;
    let is_full = tokio::select! { biased; () = office.outbox.room() => false, () = std::future::ready(()) => true };
    assert!(is_full);
    office.post.is_on_strike.store(false, Ordering::Relaxed);
    let ((), ()) = tokio::join!(office.outbox.room(), office.pass(30));
    assert!(office.outbox.is_empty());
}
