//! What a reset forgets.

use std::sync::Arc;

use ruststack_core::{
    journal::Changes,
    scope::{AccountId, Region},
    service::Part,
};

use crate::emulator::Emulator;

const OTHER: &str = "000000000042";

async fn two_accounts() -> Emulator {
    let emulator = Emulator::with_object().await;
    assert_eq!(emulator.put("/theirs").account(OTHER).send("").await.status, 200);
    emulator
}

fn reset(emulator: &Emulator, part: &Part) {
    let changes = Changes::of(Arc::clone(&emulator.gateway().runtime().journal));
    emulator.gateway().registry().services().iter().for_each(|service| service.state().reset(part, &changes));
}

async fn statuses(emulator: &Emulator) -> [u16; 2] {
    let ours = emulator.head("/bucket").send("").await.status;
    [ours, emulator.head("/theirs").account(OTHER).send("").await.status]
}

#[tokio::test]
async fn a_reset_forgets_the_account_it_names() {
    let emulator = two_accounts().await;
    reset(&emulator, &Part { account: Some(OTHER.parse().unwrap()), region: None });
    assert_eq!(statuses(&emulator).await, [200, 404]);
    emulator.assert_unharmed().await;
    reset(&emulator, &Part::default());
    assert_eq!(statuses(&emulator).await, [404, 404]);
}

#[tokio::test]
async fn a_reset_forgets_the_region_it_names() {
    let emulator = two_accounts().await;
    let part = |name| Part { account: Some(AccountId::DEFAULT), region: Region::known(name) };
    reset(&emulator, &part("eu-west-1"));
    assert_eq!(statuses(&emulator).await, [200, 200]);
    reset(&emulator, &part("us-east-1"));
    assert_eq!(statuses(&emulator).await, [404, 200]);
}
