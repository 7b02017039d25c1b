//! Ten thousand keys, page by page.

use std::collections::BTreeSet;

use ruststack_rust_clients::{Server, new_bucket};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_keys_are_listed_page_by_page() {
    let server = Server::start();
    let s3 = server.client().await;
    let bucket = new_bucket(&s3).await;
    let keys: BTreeSet<_> = (0..10_000).map(|number| format!("{}/{number:05}", number % 10)).collect();
    fill(&format!("{}/{bucket}", server.url()), keys.iter().cloned().collect()).await;

    let mut pages = s3.list_objects_v2().bucket(&bucket).into_paginator().send();
    let (mut listed, mut count) = (Vec::new(), 0);
    while let Some(page) = pages.next().await {
        listed.extend(page.unwrap().contents().iter().map(|object| object.key().unwrap().to_owned()));
        count += 1;
    }
    assert!(listed.iter().eq(&keys));
    assert_eq!(count, 10);

    let prefixes: Vec<_> = (0..10).map(|number| format!("{number}/")).collect();
    let mut pages = s3.list_objects_v2().bucket(&bucket).delimiter("/").into_paginator().page_size(3).send();
    let mut rolled_up = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.contents().is_empty() && page.key_count() <= Some(3));
        rolled_up.extend(page.common_prefixes().iter().map(|entry| entry.prefix().unwrap().to_owned()));
    }
    assert_eq!(rolled_up, prefixes);

    let page = s3.list_objects().bucket(&bucket).prefix("3/").marker("3/09983").send().await.unwrap();
    assert_eq!(page.contents().iter().filter_map(|object| object.key()).collect::<Vec<_>>(), ["3/09993"]);
}

/// Anonymous requests, because the client under test takes its time for each.
async fn fill(url: &str, keys: Vec<String>) {
    let http = reqwest::Client::new();
    let mut tasks = JoinSet::new();
    for keys in keys.chunks(1250) {
        let (http, url, keys) = (http.clone(), url.to_owned(), keys.to_vec());
        tasks.spawn(async move {
            for key in keys {
                http.put(format!("{url}/{key}")).send().await.unwrap().error_for_status().unwrap();
            }
        });
    }
    tasks.join_all().await;
}
