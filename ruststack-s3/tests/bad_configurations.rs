//! Configuration documents that are none: AWS's code and message, and nothing stored.

use crate::emulator::Emulator;

const MALFORMED_XML: (u16, &str, &str) =
    (400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

/// Where a bucket's configurations are, the root of their documents, and documents of that root which the schema
/// forbids.
const CONFIGURATIONS: &[(&str, &str, &[&str])] = &[
    ("accelerate", "AccelerateConfiguration", &["<Status>On</Status>", "<Status></Status>"]),
    // Grants that are none are malformed in words of their own: `recorded/test_acls.py`.
    ("acl", "AccessControlPolicy", &[]),
    ("analytics&id=a", "AnalyticsConfiguration", &[""]),
    ("cors", "CORSConfiguration", &["", "<CORSRule/>", "<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>"]),
    (
        "encryption",
        "ServerSideEncryptionConfiguration",
        &[
            "",
            "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>ROT13</SSEAlgorithm>\
             </ApplyServerSideEncryptionByDefault></Rule>",
        ],
    ),
    ("intelligent-tiering&id=a", "IntelligentTieringConfiguration", &[""]),
    ("inventory&id=a", "InventoryConfiguration", &["", "<Id>a</Id>", "<Id>a</Id><IsEnabled>maybe</IsEnabled>"]),
    ("lifecycle", "LifecycleConfiguration", &["<Rule/>", "<Rule><Status>Maybe</Status><Prefix/></Rule>"]),
    ("logging", "BucketLoggingStatus", &["<LoggingEnabled/>"]),
    ("metrics&id=a", "MetricsConfiguration", &[""]),
    ("notification", "NotificationConfiguration", &["<QueueConfiguration/>"]),
    ("ownershipControls", "OwnershipControls", &["", "<Rule><ObjectOwnership>Mine</ObjectOwnership></Rule>"]),
    (
        "publicAccessBlock",
        "PublicAccessBlockConfiguration",
        &["<BlockPublicAcls>maybe</BlockPublicAcls>", "<BlockPublicAcls><A/></BlockPublicAcls>"],
    ),
    ("replication", "ReplicationConfiguration", &["", "<Role/>", "<Rule/>"]),
    ("requestPayment", "RequestPaymentConfiguration", &["", "<Payer>Nobody</Payer>"]),
    ("tagging", "Tagging", &["", "<TagSet><Tag/></TagSet>", "<TagSet><Tag><Key>a</Key></Tag></TagSet>"]),
    ("versioning", "VersioningConfiguration", &["<Status>enabled</Status>", "<Status>Off</Status>"]),
    ("website", "WebsiteConfiguration", &["<IndexDocument/>", "<RoutingRules><RoutingRule/></RoutingRules>"]),
];

/// What is no document of any root.
fn unreadable(root: &str) -> Vec<String> {
    let deep = "<A>".repeat(200) + &"</A>".repeat(200);
    let entities = format!("<!DOCTYPE a [<!ENTITY b \"c\">]><{root}>&b;</{root}>");
    vec![
        "text".to_owned(),
        "{}".to_owned(),
        "<".to_owned(),
        format!("<{root}>"),
        format!("<{root}></Other>"),
        format!("<{root}/><{root}/>"),
        format!("<Other>{root}</Other>"),
        format!("<{root}>{deep}"),
        entities,
    ]
}

/// Assumed: that S3 says the same of all that its schema does not allow.
#[tokio::test]
async fn what_the_schema_does_not_allow_is_malformed_and_leaves_all_as_it_was() {
    let emulator = Emulator::with_object().await;
    let mut wrong = Vec::new();
    for (configuration, root, documents) in CONFIGURATIONS {
        let uri = format!("/bucket?{configuration}");
        let before = emulator.get(&uri).send("").await;
        let forbidden = documents.iter().map(|content| format!("<{root}>{content}</{root}>"));
        for document in unreadable(root).into_iter().chain(forbidden) {
            let answer = emulator.put(&uri).send(document.clone()).await;
            if answer.error() != MALFORMED_XML {
                wrong.push(format!("{configuration}: {document:.200}: {:?}", answer.error()));
            }
            let after = emulator.get(&uri).send("").await;
            if (after.status, after.error(), stable(&after.body))
                != (before.status, before.error(), stable(&before.body))
            {
                wrong.push(format!("{configuration}: {document:.200} was stored: {}", after.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    emulator.assert_unharmed().await;
}

/// The answer without what differs from request to request.
fn stable(body: &str) -> &str {
    body.split_once("<RequestId>").map_or(body, |(before, _)| before)
}
