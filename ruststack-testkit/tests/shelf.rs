//! A service that keeps nothing: it answers what it was sent, so that tests see how inputs are read and outputs written.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    clock::Timestamp,
    context::Context,
    error::AwsError,
    operation::{Call, Operation, Operations},
    service::{Protocol, Service, ServiceSpec, State},
    shape::{
        Bounds, List, Location, Map, Member, Model, OperationShape, Pattern, Shape, Structure, Text, TimestampFormat,
    },
    store::Stateless,
    wire::Blob,
};
use ruststack_testkit::Emulator;
use serde_json::Value;

static NAME: Shape =
    Shape::Text(Text { length: Bounds::new(Some(1), Some(20)), pattern: Some(Pattern::new("[\\w /]+")), values: &[] });
static TEXT: Shape = Shape::Text(Text::ANY);
static PAGES: Shape = Shape::Integer(Bounds::new(Some(1), None));
static PRINTED: Shape = Shape::Timestamp(TimestampFormat::Iso8601);
static COVER: Shape = Shape::Blob(Bounds::NONE);
static TAGS: Shape =
    Shape::List(List { member: &NAME, member_name: "member", is_flattened: false, length: Bounds::new(None, Some(2)) });
static NOTES: Shape = Shape::Map(Map {
    key: &TEXT,
    value: &TEXT,
    key_name: "key",
    value_name: "value",
    is_flattened: false,
    length: Bounds::NONE,
});

static BOOK_MEMBERS: [Member; 8] = [
    Member::new("Shelf", &NAME).required().at(Location::Path),
    Member::new("Title", &NAME).required().at(Location::Path),
    Member::new("Author", &TEXT).at(Location::Header).named("x-author"),
    Member::new("Tags", &TAGS).at(Location::QueryString).named("tag"),
    Member::new("Pages", &PAGES),
    Member::new("Printed", &PRINTED),
    Member::new("Notes", &NOTES),
    Member::new("Cover", &COVER),
];
static REST_BOOK: Structure = Structure::new("Book", &BOOK_MEMBERS);
/// The same where everything stands in the body.
static BOOK: Structure = Structure::new(
    "Book",
    &[
        Member::new("Shelf", &NAME).required(),
        Member::new("Title", &NAME).required(),
        Member::new("Author", &TEXT),
        Member::new("Tags", &TAGS),
        Member::new("Pages", &PAGES),
        Member::new("Printed", &PRINTED),
        Member::new("Notes", &NOTES),
        Member::new("Cover", &COVER),
    ],
);

const fn operation(
    name: &'static str,
    uri: &'static str,
    input: &'static Structure,
    output: &'static Structure,
) -> OperationShape {
    OperationShape { name, method: "PUT", uri, status: 201, input, output, has_result: true }
}

static REST_PUT_BOOK: OperationShape = operation("PutBook", "/shelves/{Shelf}/books/{Title+}", &REST_BOOK, &BOOK);
static PUT_BOOK: OperationShape = operation("PutBook", "/", &BOOK, &BOOK);
static BURN_BOOK: OperationShape = operation("BurnBook", "/burn", &BOOK, &BOOK);
static REST_MODEL: Model =
    Model { version: "2026-11-21", xml_namespace: "urn:shelf", operations: &[&REST_PUT_BOOK, &BURN_BOOK] };
static MODEL: Model = Model { version: "2026-11-21", xml_namespace: "urn:shelf", operations: &[&PUT_BOOK, &BURN_BOOK] };

#[derive(Clone, Default)]
pub(crate) struct Book {
    shelf: String,
    title: String,
    author: Option<String>,
    tags: Option<Vec<String>>,
    pages: Option<i32>,
    printed: Option<Timestamp>,
    notes: Option<Value>,
    cover: Option<Blob>,
}

ruststack_core::members! {
    Book = BOOK { 0 shelf 1 title 2 author 3 tags 4 pages 5 printed 6 notes 7 cover }
}

struct PutBook;

impl Operation for PutBook {
    const SHAPE: &'static OperationShape = &PUT_BOOK;
    type Input = Book;
    type Output = Book;
}

async fn put_book(call: Call<Shelf>, book: Book) -> Result<Book, AwsError> {
    assert_eq!(call.scope().account.to_string(), ruststack_testkit::ACCOUNT);
    Ok(book)
}

static REST: LazyLock<Operations<Shelf>> =
    LazyLock::new(|| Operations::new(&REST_MODEL).on::<PutBook, _, _, _>(put_book));
static OTHERS: LazyLock<Operations<Shelf>> = LazyLock::new(|| Operations::new(&MODEL).on::<PutBook, _, _, _>(put_book));

pub(crate) struct Shelf {
    spec: &'static ServiceSpec,
}

impl Shelf {
    fn operations(&self) -> &'static Operations<Self> {
        match self.spec.protocols[0] {
            Protocol::RestJson | Protocol::RestXml => &REST,
            _ => &OTHERS,
        }
    }
}

#[async_trait]
impl Service for Shelf {
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        self.operations().answer(self, ctx, request).await
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.operations().request(self, ctx, operation, input).await
    }

    fn state(&self) -> &dyn State {
        &Stateless
    }
}

/// An emulator of a service `shelf` that speaks one protocol.
macro_rules! shelf {
    ($protocol:ident) => {{
        static SPEC: ServiceSpec =
            ServiceSpec { target_prefix: Some("Shelf"), ..ServiceSpec::named("shelf", &[Protocol::$protocol]) };
        emulator(&SPEC)
    }};
}

fn emulator(spec: &'static ServiceSpec) -> Emulator {
    Emulator::of(|_| vec![Arc::new(Shelf { spec })])
}

pub(crate) fn json() -> Emulator {
    shelf!(AwsJson10)
}

pub(crate) fn query() -> Emulator {
    shelf!(AwsQuery)
}

pub(crate) fn rest_json() -> Emulator {
    shelf!(RestJson)
}

pub(crate) fn rest_xml() -> Emulator {
    shelf!(RestXml)
}
