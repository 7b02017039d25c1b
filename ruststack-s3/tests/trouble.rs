//! Trouble that was asked for.

use std::{num::NonZeroU32, time::Duration};

use ruststack_s3::Config;

use crate::emulator::{Emulator, config};

async fn keys(emulator: &Emulator, uri: &str) -> Vec<String> {
    let list = emulator.get(uri).send("").await.body;
    list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Documented: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#[tokio::test]
async fn requests_too_many_are_told_to_slow_down() {
    let requests_per_second = NonZeroU32::new(2);
    let emulator = Emulator::with_config(Config { requests_per_second, ..config(None) });
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    assert_eq!(emulator.put("/bucket/key").send("bytes").await.status, 200);
    let refused = emulator.put("/bucket/key").send("bytes").await;
    assert_eq!((refused.status, refused.element("Code")), (503, Some("SlowDown")));
    assert_eq!(refused.element("Message"), Some("Please reduce your request rate."));
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(emulator.get("/bucket/key").send("").await.body, "bytes");
}

#[tokio::test]
async fn a_listing_may_lag_behind() {
    let listing_delay = Some(Duration::from_secs(2));
    let emulator = Emulator::with_config(Config { listing_delay, ..config(None) });
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    for (key, advance) in [("old", 2), ("new", 0)] {
        assert_eq!(emulator.put(&format!("/bucket/{key}")).send("bytes").await.status, 200);
        emulator.clock().advance(Duration::from_secs(advance));
    }
    assert_eq!(emulator.delete("/bucket/old").send("").await.status, 204);
    assert_eq!(emulator.get("/bucket/new").send("").await.status, 200);
    assert_eq!(emulator.get("/bucket/old").send("").await.status, 404);
    for uri in ["/bucket", "/bucket?list-type=2"] {
        assert_eq!(keys(&emulator, uri).await, ["old"], "{uri}");
    }
    emulator.clock().advance(Duration::from_secs(2));
    assert_eq!(keys(&emulator, "/bucket").await, ["new"]);
}
