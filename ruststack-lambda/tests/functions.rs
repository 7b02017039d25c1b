//! Functions, versions, aliases and policies, as AWS's recordings have them (2025).

use serde_json::json;

use crate::{call, create, emulator};

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

#[tokio::test]
async fn a_function_is_pending_and_then_active() {
    let emulator = emulator();
    let created = create(&emulator, "f").await;
    assert_eq!(created["State"], "Pending");
    assert_eq!(
        (&created["StateReason"], &created["StateReasonCode"]),
        (&json!("The function is being created."), &json!("Creating"))
    );
    assert_eq!(
        (&created["Timeout"], &created["MemorySize"], &created["Version"]),
        (&json!(3), &json!(128), &json!("$LATEST"))
    );
    assert_eq!(created["LoggingConfig"], json!({"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}));
    let found = call(&emulator, "GetFunction", json!({"FunctionName": "f"})).await.unwrap();
    let configuration = &found["Configuration"];
    assert_eq!((&configuration["State"], &configuration["LastUpdateStatus"]), (&json!("Active"), &json!("Successful")));
    assert_eq!(configuration["CodeSha256"], created["CodeSha256"]);
    assert_ne!(configuration["RevisionId"], created["RevisionId"]);
    assert_eq!(found["Code"]["RepositoryType"], "S3");
}

#[tokio::test]
async fn what_is_wrong_is_told_in_awss_words() {
    let emulator = emulator();
    create(&emulator, "f").await;
    for (operation, input, code, message) in [
        (
            "GetFunction",
            json!({"FunctionName": "none"}),
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:none",
        ),
        (
            "GetFunction",
            json!({"FunctionName": "f", "Qualifier": "7"}),
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7",
        ),
        (
            "GetFunction",
            json!({"FunctionName": "f:1", "Qualifier": "2"}),
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.",
        ),
        (
            "DeleteFunction",
            json!({"FunctionName": "f", "Qualifier": "$LATEST"}),
            "InvalidParameterValueException",
            "$LATEST version cannot be deleted without deleting the function.",
        ),
        (
            "GetPolicy",
            json!({"FunctionName": "f"}),
            "ResourceNotFoundException",
            "The resource you requested does not exist.",
        ),
        (
            "GetAlias",
            json!({"FunctionName": "f", "Name": "a"}),
            "ResourceNotFoundException",
            "Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:a",
        ),
        (
            "GetFunctionEventInvokeConfig",
            json!({"FunctionName": "f"}),
            "ResourceNotFoundException",
            "The function arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST doesn't have an EventInvokeConfig",
        ),
        (
            "PublishVersion",
            json!({"FunctionName": "f", "RevisionId": "x"}),
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
        ),
        (
            "UpdateFunctionCode",
            json!({"FunctionName": "f", "ImageUri": "x"}),
            "InvalidParameterValueException",
            "Please don't provide ImageUri when updating a function with packageType Zip.",
        ),
        (
            "UpdateFunctionCode",
            json!({"FunctionName": "f", "ZipFile": "AAAA"}),
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
    ] {
        let refused = call(&emulator, operation, input).await.unwrap_err();
        assert_eq!(refused, (code.to_owned(), message.to_owned()), "{operation}");
    }
}

#[tokio::test]
async fn a_version_is_published_once_for_each_change() {
    let emulator = emulator();
    create(&emulator, "f").await;
    let publish = || call(&emulator, "PublishVersion", json!({"FunctionName": "f"}));
    let first = publish().await.unwrap();
    assert_eq!((&first["Version"], &first["FunctionArn"]), (&json!("1"), &json!(format!("{ARN}:1"))));
    assert_eq!(publish().await.unwrap()["Version"], "1");
    let input = json!({"FunctionName": "f", "Description": "changed"});
    let updated = call(&emulator, "UpdateFunctionConfiguration", input).await.unwrap();
    assert_eq!(updated["LastUpdateStatus"], "InProgress");
    emulator.clock().advance(std::time::Duration::from_secs(1));
    let input = json!({"FunctionName": "f", "MemorySize": 256});
    call(&emulator, "UpdateFunctionConfiguration", input).await.unwrap();
    assert_eq!(publish().await.unwrap()["Version"], "2");
    let versions = call(&emulator, "ListVersionsByFunction", json!({"FunctionName": "f"})).await.unwrap();
    let numbers: Vec<_> = versions["Versions"].as_array().unwrap().iter().map(|one| one["Version"].clone()).collect();
    assert_eq!(numbers, ["$LATEST", "1", "2"]);
}

#[tokio::test]
async fn permissions_are_statements_of_a_policy() {
    let emulator = emulator();
    create(&emulator, "f").await;
    let input = json!({
        "FunctionName": "f",
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": "arn:aws:s3:::b",
    });
    let added = call(&emulator, "AddPermission", input.clone()).await.unwrap();
    let statement = json!({
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}},
    });
    assert_eq!(added["Statement"], statement.to_string());
    let again = call(&emulator, "AddPermission", input).await.unwrap_err();
    assert_eq!(again.0, "ResourceConflictException");
    let policy = call(&emulator, "GetPolicy", json!({"FunctionName": "f"})).await.unwrap();
    let document = json!({"Version": "2012-10-17", "Id": "default", "Statement": [statement]});
    assert_eq!(policy["Policy"], document.to_string());
    call(&emulator, "RemovePermission", json!({"FunctionName": "f", "StatementId": "s3"})).await.unwrap();
    assert_eq!(
        call(&emulator, "GetPolicy", json!({"FunctionName": "f"})).await.unwrap_err().0,
        "ResourceNotFoundException"
    );
}
