//! Keys outlive the process, and snapshots hold them.

use ruststack_core::{
    service::Part,
    snapshot::{Snapshot, restore},
};
use ruststack_kms::Kms;
use ruststack_testkit::{Emulator, NOW};
use serde_json::json;

use crate::{call, days, emulator, new_key, refused};

#[tokio::test]
async fn what_was_encrypted_can_be_read_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Emulator::kept_in(folder.path(), |_| vec![Kms::new(None)]);
    let emulator = start();
    let (id, _) = new_key(&emulator).await;
    let (gone, _) = new_key(&emulator).await;
    let sealed = call(&emulator, "Encrypt", json!({"KeyId": id, "Plaintext": "AA=="})).await;
    call(&emulator, "CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": id})).await;
    call(&emulator, "CreateAlias", json!({"AliasName": "alias/b", "TargetKeyId": id})).await;
    call(&emulator, "DeleteAlias", json!({"AliasName": "alias/b"})).await;
    call(&emulator, "RotateKeyOnDemand", json!({"KeyId": id})).await;
    call(&emulator, "ScheduleKeyDeletion", json!({"KeyId": gone, "PendingWindowInDays": 7})).await;
    let before = call(&emulator, "DescribeKey", json!({"KeyId": "alias/a"})).await;
    drop(emulator);
    let emulator = start();
    assert_eq!(call(&emulator, "DescribeKey", json!({"KeyId": "alias/a"})).await, before);
    assert_eq!(call(&emulator, "ListAliases", json!({})).await["Aliases"].as_array().unwrap().len(), 1);
    let opened = call(&emulator, "Decrypt", json!({"CiphertextBlob": sealed["CiphertextBlob"]})).await;
    assert_eq!(opened["Plaintext"], "AA==");
    emulator.clock().advance(days(7));
    assert_eq!(refused(&emulator, "DescribeKey", json!({"KeyId": gone})).await.0, "NotFoundException");
    drop(emulator);
    assert_eq!(refused(&start(), "DescribeKey", json!({"KeyId": gone})).await.0, "NotFoundException");
}

#[tokio::test]
async fn a_snapshot_brings_keys_back_and_a_reset_takes_them() {
    let emulator = emulator();
    let (id, _) = new_key(&emulator).await;
    let runtime = emulator.gateway().runtime();
    let services = emulator.gateway().registry().services().to_vec();
    let snapshot = Snapshot::take(&services, NOW);
    services[0].state().reset(&Part::default(), &ruststack_core::journal::Changes::of(runtime.journal.clone()));
    assert_eq!(call(&emulator, "ListKeys", json!({})).await["Keys"], json!([]));
    let saved = [(services[0].clone(), snapshot.saved["kms"].clone())];
    restore(&saved, &runtime.journal).unwrap();
    call(&emulator, "DescribeKey", json!({"KeyId": id})).await;
}
