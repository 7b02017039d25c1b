//! What is there after the process has ended.

use serde_json::json;

use crate::{call, create, kept_in};

#[tokio::test]
async fn functions_layers_and_their_code_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path());
    let created = create(&emulator, "f").await;
    let alias = json!({"FunctionName": "f", "Name": "live", "FunctionVersion": "$LATEST"});
    call(&emulator, "CreateAlias", alias).await.unwrap();
    let layer = json!({"LayerName": "l", "Content": {"ZipFile": crate::ARCHIVE}});
    call(&emulator, "PublishLayerVersion", layer).await.unwrap();
    drop(emulator);
    let emulator = kept_in(folder.path());
    let found = call(&emulator, "GetFunction", json!({"FunctionName": "f", "Qualifier": "live"})).await.unwrap();
    assert_eq!(found["Configuration"]["CodeSha256"], created["CodeSha256"]);
    let layer = json!({"LayerName": "l", "VersionNumber": 1});
    assert_eq!(call(&emulator, "GetLayerVersion", layer).await.unwrap()["Version"], 1);
    // The same archive is kept as long as anything uses it.
    call(&emulator, "DeleteFunction", json!({"FunctionName": "f"})).await.unwrap();
    drop(emulator);
    let emulator = kept_in(folder.path());
    assert!(call(&emulator, "GetFunction", json!({"FunctionName": "f"})).await.is_err());
    let input = json!({"LayerName": "l", "VersionNumber": 1});
    assert_eq!(call(&emulator, "GetLayerVersion", input).await.unwrap()["Version"], 1);
}
