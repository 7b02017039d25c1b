//! Patterns and messages. Documented: the filter pattern syntax of CloudWatch Logs.

use proptest::prelude::*;

use super::FilterPattern;

fn matches(pattern: &str, message: &str) -> bool {
    FilterPattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).matches(message)
}

#[test]
fn terms_are_required_optional_or_excluded() {
    for (pattern, message, expected) in [
        ("", "anything", true),
        (" ", "anything", true),
        ("hello", "hello world", true),
        ("hello", "Hello world", false),
        ("goodbye world", "goodbye cruel world", true),
        ("goodbye world", "goodbye", false),
        ("\"hello cruel\"", "hello cruel world", true),
        ("\"hello cruel\"", "hello, cruel world", false),
        ("?ERROR ?WARN", "a WARN", true),
        ("?ERROR ?WARN", "an INFO", false),
        ("ERROR -\"exit 0\"", "ERROR exit 1", true),
        ("ERROR -\"exit 0\"", "ERROR exit 0", false),
        ("?INFO REQUEST", "[WARN] REQUEST", true),
        ("%AUTH-[0-9]{3}%", "see AUTH-404 there", true),
        ("%AUTH-[0-9]{3}%", "see AUTH-4 there", false),
        ("\"say \\\"hi\\\"\"", "they say \"hi\"", true),
    ] {
        assert_eq!(matches(pattern, message), expected, "{pattern} of {message}");
    }
}

#[test]
fn selectors_test_members_of_json() {
    let message = r#"{"level":"ERROR","n":12.5,"deep":{"list":[{"id":1},{"id":2}]},"no":null,"yes":true,"a.b":"c",
        "ip":"10.1.2.3","text":"12"}"#;
    for (pattern, expected) in [
        ("{ $.level = \"ERROR\" }", true),
        ("{$.level=ERROR}", true),
        ("{ $.level = ERR* }", true),
        ("{ $.level = \"*RR*\" }", true),
        ("{ $.level != \"ERROR\" }", false),
        ("{ $.level = %^E.*R$% }", true),
        ("{ $.n > 12 && $.n <= 12.5 }", true),
        ("{ $.n = 1.25e1 }", true),
        ("{ $.text > 11 }", true),
        ("{ $.deep.list[1].id = 2 }", true),
        ("{ $.deep.list[*].id = 1 }", true),
        ("{ $.deep.list[2].id = 1 }", false),
        ("{ $.no IS NULL }", true),
        ("{ $.yes IS TRUE }", true),
        ("{ $.yes IS FALSE }", false),
        ("{ $.absent NOT EXISTS }", true),
        ("{ $.level EXISTS }", true),
        ("{ $.absent = 1 }", false),
        ("{ $.['a.b'] = c }", true),
        ("{ ($.level = INFO) || ($.n > 1 && ($.ip = 10.*)) }", true),
        ("{ $.level = INFO || $.n > 1 && $.ip = 11.* }", false),
    ] {
        assert_eq!(matches(pattern, message), expected, "{pattern}");
    }
    assert!(!matches("{ $.a = 1 }", "no json"));
}

#[test]
fn fields_are_parted_by_blanks() {
    let message = r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
    for (pattern, expected) in [
        ("[]", true),
        ("[ip, id, user, time, request, status, size]", true),
        ("[ip, id, user, time, request, status]", false),
        ("[ip, ..., status = 4*, size]", true),
        ("[ip, ..., status = 5* || status = 404, size > 1000]", true),
        ("[ip, id, user, time, request = *html*, status != 200, size]", true),
        ("[..., size < 1000]", false),
        ("[ip = %127\\.0\\.[0-9.]+%, ...]", true),
        ("[ip, id, user = \"frank\" && user != bob, ...]", true),
        ("[ip, id, user, time, request, (status = 4* && status != 404), size]", false),
    ] {
        assert_eq!(matches(pattern, message), expected, "{pattern}");
    }
    let found = FilterPattern::parse("[ip, ..., status, size]").unwrap().extract(message);
    assert_eq!((found["$ip"].as_str(), found["$status"].as_str(), found["$3"].as_str()), ("127.0.0.1", "404", "frank"));
    let found = FilterPattern::parse("{ $.a.b = * }").unwrap().extract(r#"{"a":{"b":7}}"#);
    assert_eq!(found["$.a.b"], "7");
}

#[test]
fn what_is_no_pattern_is_refused() {
    for wrong in [
        "foo.bar",
        "\"open",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a = 1",
        "{ a = 1 }",
        "{ $.a > \"x\" }",
        "[a, b",
        "[a = 1 || b = 2]",
        "[..., a, ...]",
        "{ $.a = %(% }",
        "{ $.a = 1 } x",
        "%open",
        "{}",
        "-",
        "?",
    ] {
        assert!(FilterPattern::parse(wrong).is_err(), "{wrong}");
    }
    assert!(FilterPattern::parse(&format!("{{ {}$.a = 1{} }}", "(".repeat(100), ")".repeat(100))).is_err());
    assert!(FilterPattern::parse(&"a".repeat(1025)).is_err());
    let error = FilterPattern::parse("a [ERROR]").unwrap_err();
    assert_eq!(error.to_string(), "Invalid character(s) in term '[ERROR]'");
}

proptest! {
    #[test]
    fn no_text_makes_patterns_panic(text in "[\\[{\"%?$. a-z0-9=<>!&|()*,\\]}']{0,40}", message in "\\PC{0,60}") {
        if let Ok(pattern) = FilterPattern::parse(&text) {
            pattern.matches(&message);
            pattern.extract(&message);
        }
    }
}
