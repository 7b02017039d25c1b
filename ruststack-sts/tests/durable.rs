//! Issued keys outlive the process.

use ruststack_sts::{Config, Sts};
use ruststack_testkit::{ACCOUNT, Emulator};

use crate::call;

#[tokio::test]
async fn a_session_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        Emulator::kept_in(folder.path(), |keys| vec![Sts::new(Config { issues_aws_keys: false }, keys.clone(), None)])
    };
    let emulator = start();
    let role = "RoleArn=arn:aws:iam::000000000000:role/reader&RoleSessionName=session&Tags.member.1.Key=a&Tags.member.1.Value=b";
    let issued = call(&emulator, ACCOUNT, "AssumeRole", role).await;
    let access_key = issued.element("AccessKeyId").unwrap().to_owned();
    let before = call(&emulator, &access_key, "GetCallerIdentity", "").await.wire();
    assert!(before.contains("assumed-role/reader/session"), "{before}");
    drop(emulator);
    let after = call(&start(), &access_key, "GetCallerIdentity", "").await;
    assert_eq!(after.element("Arn"), Some("arn:aws:sts::000000000000:assumed-role/reader/session"));
}
