use super::*;

#[test]
fn text_is_trimmed_and_otherwise_kept_as_typed() {
    assert_eq!(Body::parse("  <b>été</b> 🎉\n\tline two  ").unwrap().as_str(), "<b>été</b> 🎉\n\tline two");
}

#[test]
fn windows_line_breaks_become_newlines() {
    assert_eq!(Body::parse("one\r\ntwo").unwrap().as_str(), "one\ntwo");
    assert_eq!(Body::parse("one\rtwo"), Err(Rejection::ControlCharacter));
}

#[test]
fn invisible_text_is_blank() {
    for text in ["", "   ", "\u{200B}\u{FEFF}", "\u{3164}", "\u{00A0}\n\t", "\u{2800}"] {
        assert_eq!(Subject::parse(text), Err(Rejection::Blank), "{text:?}");
    }
}

#[test]
fn control_characters_are_refused() {
    for text in ["a\0b", "a\u{1b}[31m", "a\u{7f}", "a\u{85}b"] {
        assert_eq!(Body::parse(text), Err(Rejection::ControlCharacter), "{text:?}");
    }
    assert_eq!(Subject::parse("two\nlines"), Err(Rejection::ControlCharacter));
}

#[test]
fn length_counts_characters_after_trimming() {
    assert!(Subject::parse(format!("  {}  ", "é".repeat(255))).is_ok());
    assert_eq!(Subject::parse("é".repeat(256)), Err(Rejection::TooLong { max: 255 }));
}

#[test]
fn names_hold_no_markup_and_no_links() {
    assert!(PersonName::parse("Zoë O'Neil-Ng").is_ok());
    for name in ["<img src=x>", "see https://evil.example", "a > b"] {
        assert!(PersonName::parse(name).is_err(), "{name}");
    }
}

#[test]
fn email_domains_take_one_form_and_compare_without_case() {
    assert_eq!(Email::parse("Ann@BÜCHER.example").unwrap().as_str(), "Ann@xn--bcher-kva.example");
    assert_eq!(Email::parse("Ann@Example.org").unwrap(), Email::parse("ann@example.ORG").unwrap());
}

#[test]
fn email_refuses_what_the_desk_does_not_deliver_to() {
    let long_local = format!("{}@example.org", "a".repeat(65));
    let long = format!("a@{}example.org", "b".repeat(60).as_str().to_owned() + "." + &"c.".repeat(100));
    for text in [
        "plain",
        "a@b",
        "a@@example.org",
        "a b@example.org",
        "\"a b\"@example.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a,b@example.org",
        "<a@example.org>",
        "Ann <a@example.org>",
        "a@example..org",
        "a@-example.org",
        "a(c)@example.org",
        "@example.org",
        "a@",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a@exa_mple.org",
        &long_local,
        &long,
    ] {
        assert_eq!(Email::parse(text), Err(Rejection::Email), "{text}");
    }
}

#[test]
fn phones_are_stored_as_digits() {
    assert_eq!(Phone::parse("+34 (600) 12-34.56").unwrap().as_str(), "+34600123456");
    assert_eq!(Phone::parse("0600 123 456").unwrap().as_str(), "0600123456");
    for text in
        ["123456789", "+1234567890123456", "12345678a0", "++1234567890", "12+34567890", "(((((((((123456"]
    {
        assert_eq!(Phone::parse(text), Err(Rejection::Phone), "{text}");
    }
    let typed_with_blanks = Phone::parse("123 45 67 ").err();
    assert_eq!(typed_with_blanks, Some(Rejection::Phone), "trimmed before its length counts");
}

#[test]
fn json_objects_are_bounded_in_depth_and_size() {
    let nested = |levels: usize| {
        let mut value = serde_json::json!(1);
        for _ in 0..levels {
            value = serde_json::json!({ "a": value });
        }
        value.as_object().unwrap().clone()
    };
    assert!(JsonObject::new(nested(8)).is_ok());
    assert_eq!(JsonObject::new(nested(9)), Err(Rejection::TooDeep { max: 8 }));
    let large = serde_json::json!({ "a": "x".repeat(16 * 1024) });
    assert_eq!(
        JsonObject::new(large.as_object().unwrap().clone()),
        Err(Rejection::TooLong { max: 16 * 1024 })
    );
    let nul = serde_json::json!({ "a": ["\0"] });
    assert_eq!(JsonObject::new(nul.as_object().unwrap().clone()), Err(Rejection::ControlCharacter));
}

#[test]
fn ratings_are_one_to_five() {
    assert_eq!(Rating::new(5).unwrap().stars(), 5);
    for stars in [0, 6, -1, i64::MAX] {
        assert_eq!(Rating::new(stars), Err(Rejection::OutOfRange { min: 1, max: 5 }));
    }
}
