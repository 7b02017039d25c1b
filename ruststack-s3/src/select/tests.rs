//! Queries as the guide of S3 Select shows them.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html>

use ruststack_core::clock::Timestamp;

use super::{
    error::SelectError,
    evaluate::Run,
    events::{self, Progress},
    input::{Csv, Format, Header, Records},
    output::Output,
    parser,
};

const PEOPLE: &str = "name,age,city\nJane,30,\"New York, NY\"\nJoe,25,Paris\n\"Ann \"\"A\"\"\",41,\n";

fn csv(header: Header) -> Format {
    let (field_delimiter, record_delimiter) = (b",".to_vec(), b"\n".to_vec());
    Format::Csv(Csv { header, comments: b'#', quote: b'"', escape: b'"', field_delimiter, record_delimiter })
}

fn as_csv() -> Output {
    let text = str::to_owned;
    Output::Csv {
        quotes_always: false,
        quote: text("\""),
        escape: text("\""),
        field_delimiter: text(","),
        record_delimiter: text("\n"),
    }
}

fn run(query: &str, format: Format, input: &str, output: &Output) -> Result<String, SelectError> {
    let parsed = parser::parse(query)?;
    let mut run = Run::of(&parsed, Timestamp::from_seconds(1_792_567_680));
    let mut records = Records::of(format, input.as_bytes(), 0..usize::MAX)?;
    let mut written = Vec::new();
    while !run.is_done()
        && let Some(record) = records.next()?
    {
        run.rows(&record)?.iter().for_each(|row| output.write(row, &mut written));
    }
    run.last_row()?.iter().for_each(|row| output.write(row, &mut written));
    Ok(String::from_utf8(written).unwrap())
}

fn people(query: &str) -> Result<String, SelectError> {
    run(query, csv(Header::Use), PEOPLE, &as_csv())
}

fn json(query: &str, input: &str) -> String {
    run(query, Format::JsonLines, input, &Output::Json { record_delimiter: "\n".to_owned() }).unwrap()
}

#[test]
fn columns_have_names_and_places() {
    assert_eq!(people("SELECT s.name FROM S3Object s WHERE s.age > 28").unwrap(), "Jane\n\"Ann \"\"A\"\"\"\n");
    assert_eq!(people("select _1, s._2 from s3object s limit 1").unwrap(), "Jane,30\n");
    assert_eq!(people("SELECT * FROM S3Object LIMIT 1").unwrap(), "Jane,30,\"New York, NY\"\n");
    assert_eq!(people("SELECT s.* FROM S3Object s LIMIT 1;").unwrap(), "Jane,30,\"New York, NY\"\n");
    assert_eq!(people("SELECT height FROM S3Object").unwrap_err().code, "MissingHeaders");
    let plain = |header| run("SELECT _1 FROM S3Object", csv(header), "#c\na,b\r\n\nc\n", &as_csv()).unwrap();
    assert_eq!((plain(Header::None).as_str(), plain(Header::Ignore).as_str()), ("a\nc\n", "c\n"));
}

#[test]
fn aggregates_are_of_all_records() {
    assert_eq!(people("SELECT COUNT(*) FROM S3Object").unwrap(), "3\n");
    let all =
        "SELECT count(*), SUM(CAST(age AS INT)), MIN(s.age), MAX(s.age), AVG(CAST(s.age AS FLOAT)) FROM S3Object AS s";
    assert_eq!(people(all).unwrap(), "3,96,25,41,32\n");
    assert_eq!(people("SELECT SUM(CAST(age AS INT)) + 1 FROM S3Object WHERE name = 'x'").unwrap(), "\n");
    assert_eq!(people("SELECT SUM(name) FROM S3Object").unwrap_err().code, "CastFailed");
}

#[test]
fn conditions_decide() {
    for (condition, count) in [
        ("name LIKE 'J%'", 2),
        ("name LIKE '_oe'", 1),
        ("name NOT LIKE '%n%'", 1),
        ("city LIKE '%\\%%' ESCAPE '\\'", 0),
        ("age BETWEEN 25 AND 30", 2),
        ("age NOT BETWEEN 25 AND 30", 1),
        ("name IN ('Joe', 'Jane', 'Jim')", 2),
        ("city IS NULL", 0),
        ("city = ''", 1),
        ("NOT (age < 30 OR name = 'Jane')", 1),
        ("CAST(age AS INT) % 2 = 1 AND name <> 'Joe'", 1),
        ("age + 1 = 31", 1),
        ("name || city = 'JoeParis'", 1),
        ("-age < -40", 1),
        ("NULL = NULL", 0),
        ("TRUE", 3),
    ] {
        let counted = people(&format!("SELECT COUNT(*) FROM S3Object WHERE {condition}")).unwrap();
        assert_eq!(counted, format!("{count}\n"), "{condition}");
    }
}

#[test]
fn functions_are_those_of_the_guide() {
    for (expression, value) in [
        ("CHAR_LENGTH('four')", "4"),
        ("LOWER('Ab') || UPPER('Cd')", "abCD"),
        ("TRIM('  x ')", "x"),
        ("TRIM(LEADING 'a' FROM 'aaba')", "ba"),
        ("SUBSTRING('123456789', 0)", "123456789"),
        ("SUBSTRING('123456789' FROM 2 FOR 4)", "2345"),
        ("SUBSTRING('123456789', -1, 4)", "12"),
        ("COALESCE(NULL, MISSING, 'c')", "c"),
        ("NULLIF(1, 1)", ""),
        ("EXTRACT(YEAR FROM TO_TIMESTAMP('2010-01-01T'))", "2010"),
        ("EXTRACT(minute FROM TO_TIMESTAMP('2010-02-03T04:05:06.007Z'))", "5"),
        ("TO_STRING(DATE_ADD(month, 14, TO_TIMESTAMP('2010-01-31')), 'yyyy-MM-dd')", "2011-03-31"),
        ("DATE_DIFF(year, TO_TIMESTAMP('2010-01-01'), TO_TIMESTAMP('2011-01-01'))", "1"),
        ("TO_STRING(TO_TIMESTAMP('1969-07-20T20:18Z'), 'MMMM d y h:m a')", "July 20 1969 8:18 PM"),
        ("CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END", "b"),
        ("CASE _1 WHEN 'Jane' THEN 'yes' END", "yes"),
        ("CAST('2.7' AS INT)", "2"),
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("EXTRACT(year FROM UTCNOW())", "2026"),
    ] {
        assert_eq!(
            people(&format!("SELECT {expression} FROM S3Object LIMIT 1")).unwrap(),
            format!("{value}\n"),
            "{expression}"
        );
    }
}

#[test]
fn paths_lead_into_json() {
    let input = "{\"a\": {\"B\": [1, 2.5, {\"c\": \"x\"}]}, \"n\": null}\n{\"a\": 1}";
    assert_eq!(json("SELECT s.a.b[2].c FROM S3Object[*] s LIMIT 1", input), "{\"c\":\"x\"}\n");
    assert_eq!(json("SELECT s.a.b[0] AS first, s.n FROM S3Object s", input), "{\"first\":1,\"n\":null}\n{}\n");
    assert_eq!(json("SELECT COUNT(*) FROM S3Object[*].a.B[*]", input), "{\"_1\":3}\n");
    assert_eq!(json("SELECT * FROM S3Object[*].a.B[*] b WHERE b.c = 'x'", input), "{\"c\":\"x\"}\n");
    assert_eq!(json("SELECT s.a FROM S3Object s WHERE s.n IS MISSING", input), "{\"a\":1}\n");
    assert_eq!(json("SELECT s.\"A\" FROM S3Object s LIMIT 1", input), "{}\n");
    let broken = run("SELECT * FROM S3Object", Format::JsonLines, "{\"a\":", &as_csv());
    assert_eq!(broken.unwrap_err().code, "JSONParsingError");
}

#[test]
fn what_is_no_query_is_refused_with_awss_code() {
    for (query, code) in [
        ("", "ParseExpectedKeyword"),
        ("SELECT *", "ParseSelectMissingFrom"),
        ("SELECT * FROM table", "ParseUnexpectedToken"),
        ("SELECT * FROM S3Object WHERE", "ParseUnexpectedToken"),
        ("SELECT * FROM S3Object LIMIT x", "ParseUnexpectedToken"),
        ("SELECT * FROM S3Object ORDER BY 1", "ParseUnexpectedToken"),
        ("SELECT 'a FROM S3Object", "LexerInvalidLiteral"),
        ("SELECT ? FROM S3Object", "LexerInvalidChar"),
        ("SELECT SQRT(1) FROM S3Object", "UnsupportedFunction"),
        ("SELECT CAST(1 AS BLOB) FROM S3Object", "InvalidDataType"),
        ("SELECT SUM(COUNT(*)) FROM S3Object", "ParseUnsupportedSyntax"),
        ("SELECT * FROM S3Object WHERE COUNT(*) = 1", "ParseUnsupportedSyntax"),
    ] {
        assert_eq!(parser::parse(query).err().map(|error| error.code), Some(code), "{query}");
    }
    for part in ["(", "NOT ", "- ", "1+", "CASE WHEN ", "LOWER("] {
        assert!(parser::parse(&format!("SELECT {} FROM S3Object", part.repeat(10_000))).is_err(), "{part}");
    }
    let long = format!("SELECT '{}' FROM S3Object", "x".repeat(256 * 1024));
    assert_eq!(parser::parse(&long).err().map(|error| error.code), Some("ExpressionTooLong"));
}

/// Documented: the appendix of the API reference.
#[test]
fn a_frame_ends_in_its_checksum() {
    let mut stream = Vec::new();
    events::end(&mut stream);
    let documented = [0x00, 0x00, 0x00, 0x38, 0x00, 0x00, 0x00, 0x28, 0xc1, 0xc6, 0x84, 0xd4];
    assert_eq!(stream[..12], documented);
    assert_eq!(stream.len(), 56);
    let mut stats = Vec::new();
    events::stats(Progress { scanned: 1, processed: 2, returned: 3 }, &mut stats);
    assert!(String::from_utf8_lossy(&stats).contains("<BytesProcessed>2</BytesProcessed>"));
}

#[test]
fn only_records_that_begin_in_the_range_are_read() {
    let mut records = Records::of(csv(Header::None), b"aa\nbb\ncc\n", 1..6).unwrap();
    assert!(records.next().unwrap().is_some());
    assert!(records.next().unwrap().is_none());
}
