//! Signatures verify with the certificate that a message names.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use serde_json::Value;

use crate::{TOPIC, notifications, ok, publish, with_queue};

/// The public key of a certificate in PEM: the only bit string in it that holds an RSA key of 2048 bits.
fn public_key(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(base64).unwrap();
    let start = der.windows(4).position(|window| window == [0x30, 0x82, 0x01, 0x0a]).unwrap();
    der[start..start + 4 + 0x010a].to_vec()
}

fn verifies(notification: &Value, key: &[u8], algorithm: &'static RsaParameters) -> bool {
    let names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    let there = names.iter().filter_map(|name| Some((name, notification[*name].as_str()?)));
    let text: String = there.map(|(name, value)| format!("{name}\n{value}\n")).collect();
    let signature = STANDARD.decode(notification["Signature"].as_str().unwrap()).unwrap();
    UnparsedPublicKey::new(algorithm, key).verify(text.as_bytes(), &signature).is_ok()
}

/// Documented: <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>.
#[tokio::test]
async fn a_notification_is_signed_as_its_topic_says() {
    let emulator = with_queue(&[]).await;
    for (version, algorithm) in
        [("1", &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY), ("2", &RSA_PKCS1_2048_8192_SHA256)]
    {
        let set = [("TopicArn", TOPIC), ("AttributeName", "SignatureVersion"), ("AttributeValue", version)];
        ok(&emulator, "SetTopicAttributes", &set).await;
        publish(&emulator, "text").await;
        let got = notifications(&emulator, "queue").await;
        let notification = got.iter().find(|one| one["SignatureVersion"] == version).unwrap();
        let url = notification["SigningCertURL"].as_str().unwrap();
        let path = url.strip_prefix("http://localhost:4566").unwrap();
        let certificate = emulator.get(path).unsigned().send("").await;
        assert_eq!(certificate.status, 200);
        let key = public_key(&certificate.body);
        assert!(verifies(notification, &key, algorithm), "{notification}");
        let mut forged = notification.clone();
        forged["Message"] = "other".into();
        assert!(!verifies(&forged, &key, algorithm));
    }
    let other = "/_aws/sns/SimpleNotificationService-00.pem";
    assert_eq!(emulator.get(other).unsigned().send("").await.status, 404);
}
