//! Items, pages of them, conditions and transactions.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, KeySchemaElement, KeyType, Put,
        ScalarAttributeType, TransactWriteItem,
    },
};
use ruststack_rust_clients::Server;

async fn client(server: &Server) -> Client {
    Client::new(&server.config(&server.url()).await)
}

async fn new_table(client: &Client) -> String {
    let name = format!("table-{:016x}", fastrand::u64(..));
    let key = |name: &str, key_type| KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().unwrap();
    let attribute = |name: &str, of| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(of).build().unwrap()
    };
    client
        .create_table()
        .table_name(&name)
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .attribute_definitions(attribute("pk", ScalarAttributeType::S))
        .attribute_definitions(attribute("sk", ScalarAttributeType::N))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
    name
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn key(pk: &str, sk: u32) -> HashMap<String, AttributeValue> {
    [("pk".to_owned(), text(pk)), ("sk".to_owned(), number(sk))].into()
}

#[tokio::test]
async fn an_item_comes_back_as_it_was_put() {
    let server = Server::start();
    let client = client(&server).await;
    let table = new_table(&client).await;
    let mut item = key("a", 1);
    item.insert("bytes".to_owned(), AttributeValue::B(vec![0, 255].into()));
    item.insert("list".to_owned(), AttributeValue::L(vec![AttributeValue::Null(true), AttributeValue::Bool(false)]));
    item.insert("map".to_owned(), AttributeValue::M(key("deep", 2)));
    item.insert("set".to_owned(), AttributeValue::Ns(vec!["1".to_owned(), "2.5".to_owned()]));
    client.put_item().table_name(&table).set_item(Some(item.clone())).send().await.unwrap();
    let got = client.get_item().table_name(&table).set_key(Some(key("a", 1))).send().await.unwrap();
    assert_eq!(got.item, Some(item));
}

#[tokio::test]
async fn a_paginator_goes_through_all_items_of_a_query() {
    let server = Server::start();
    let client = client(&server).await;
    let table = new_table(&client).await;
    for sk in 0..25 {
        client.put_item().table_name(&table).set_item(Some(key("a", sk))).send().await.unwrap();
    }
    let query = client.query().table_name(&table).key_condition_expression("pk = :pk AND sk >= :from");
    let query = query.expression_attribute_values(":pk", text("a")).expression_attribute_values(":from", number(5));
    let mut pages = query.limit(7).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        found.push(item.unwrap()["sk"].as_n().unwrap().parse::<u32>().unwrap());
    }
    assert_eq!(found, (5..25).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_transaction_that_is_cancelled_says_why() {
    let server = Server::start();
    let client = client(&server).await;
    let table = new_table(&client).await;
    let put = Put::builder().table_name(&table).set_item(Some(key("a", 1))).build().unwrap();
    let check = ConditionCheck::builder().table_name(&table).set_key(Some(key("b", 1)));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    let items = [
        TransactWriteItem::builder().put(put).build(),
        TransactWriteItem::builder().condition_check(check).build(),
    ];
    let error = client.transact_write_items().set_transact_items(Some(items.into())).send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_transaction_canceled_exception(), "{error:?}");
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        cancelled,
    ) = error
    else {
        panic!("it was just seen to be one")
    };
    let codes: Vec<_> = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
}

#[tokio::test]
async fn a_condition_that_fails_is_an_error_of_its_own() {
    let server = Server::start();
    let client = client(&server).await;
    let table = new_table(&client).await;
    let put = || client.put_item().table_name(&table).set_item(Some(key("a", 1)));
    put().send().await.unwrap();
    let error = put().condition_expression("attribute_not_exists(pk)").send().await.unwrap_err();
    assert!(error.into_service_error().is_conditional_check_failed_exception());
}
