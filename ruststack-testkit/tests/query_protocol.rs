//! aws-query: a form and an envelope.

use ruststack_testkit::Answer;

use crate::shelf::query as shelf;

async fn call(form: &str) -> Answer {
    let emulator = shelf();
    let request = emulator.post("/").service("shelf");
    request.header("content-type", "application/x-www-form-urlencoded").send(form).await
}

#[tokio::test]
async fn forms_go_in_and_xml_comes_out() {
    let answer = call(
        "Action=PutBook&Shelf=a&Title=b+c&Author=%3Cd%3E&Tags.member.1=e&Tags.member.2=f&Pages=3\
         &Printed=2026-11-21T01:02:03Z&Notes.entry.1.key=g&Notes.entry.1.value=h&Cover=AAEC",
    )
    .await;
    let result = "<PutBookResult><Shelf>a</Shelf><Title>b c</Title><Author>&lt;d&gt;</Author><Tags><member>e</member>\
                  <member>f</member></Tags><Pages>3</Pages><Printed>2026-11-21T01:02:03Z</Printed><Notes><entry>\
                  <key>g</key><value>h</value></entry></Notes><Cover>AAEC</Cover></PutBookResult>";
    assert!(answer.body.contains(result), "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/xml"));
}

#[tokio::test]
async fn wrong_forms_are_refused() {
    let code = |answer: Answer| answer.error().1.to_owned();
    assert_eq!(code(call("Action=PutBook&Shelf=a&Title=b&Pages=x").await), "MalformedInput");
    assert_eq!(code(call("Action=PutBook&Shelf=a").await), "ValidationError");
    assert_eq!(code(call("Action=Nothing").await), "InvalidAction");
    assert_eq!(code(call("Nothing=1").await), "MissingAction");
    assert_eq!(code(call("Action=BurnBook").await), "NotImplemented");
}
