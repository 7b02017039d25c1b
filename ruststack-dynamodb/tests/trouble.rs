//! Trouble on request.

use std::time::Duration;

use ruststack_dynamodb::Trouble;
use ruststack_testkit::Emulator;
use serde_json::json;

use crate::{ask, at_table, create, item, key, ok, refused, services};

fn emulator(trouble: Trouble) -> Emulator {
    Emulator::of(move |_| services(trouble))
}

/// documented: <https://docs.localstack.cloud/aws/services/dynamodb/>
#[tokio::test]
async fn requests_are_refused_as_often_as_is_wanted() {
    let emulator = emulator(Trouble { of_writes: 0.5, ..Trouble::default() });
    create(&emulator, json!({})).await;
    let mut refused = 0;
    for sk in 0..100 {
        let answer = ask(&emulator, "PutItem", at_table(json!({"Item": key("a", sk)}))).await;
        if answer.status == 400 {
            assert!(answer.body.contains("ProvisionedThroughputExceededException"), "{}", answer.body);
            refused += 1;
        }
        ok(&emulator, "GetItem", at_table(json!({"Key": key("a", sk)}))).await;
    }
    assert!((20..80).contains(&refused), "{refused}");
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html>
#[tokio::test]
async fn a_table_gives_no_more_units_a_second_than_it_has() {
    let emulator = emulator(Trouble { enforces_throughput: true, ..Trouble::default() });
    let units = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 2});
    create(&emulator, json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units})).await;
    let put = at_table(json!({"Item": item("a", 1, json!({"text": {"S": "x".repeat(3000)}}))}));
    let answer = ok(&emulator, "PutItem", put.clone()).await;
    assert_eq!(answer, json!({}));
    let (code, _) = refused(&emulator, "PutItem", put.clone()).await;
    assert_eq!(code, "ProvisionedThroughputExceededException");
    let read = at_table(json!({"Key": key("a", 1), "ReturnConsumedCapacity": "TOTAL"}));
    assert_eq!(ok(&emulator, "GetItem", read).await["ConsumedCapacity"]["CapacityUnits"], 0.5);
    // It owes a unit, and has another one a moment later.
    emulator.clock().advance(Duration::from_millis(600));
    ok(&emulator, "PutItem", put).await;
}
