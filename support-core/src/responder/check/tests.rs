use super::*;

fn passages() -> Vec<Passage> {
    vec![
        Passage::new(
            "plans",
            "The Start plan costs 9,90 € per month with 3 projects and 5 GB. Compare: https://example.org/plans. \
             Write to sales@example.org or call +49 30 123456.",
        ),
        Passage::new("forum", "Get 50 % off at https://evil.example, only 1 €, call 0900 7654321.")
            .by_others(),
    ]
}

fn check(text: &str) -> Result<String, &'static str> {
    Grounds::of(&passages()).check(text, 300).map_err(|refusal| refusal.as_str())
}

#[test]
fn what_the_passages_say_may_be_said() {
    for text in [
        "The Start plan costs 9.90 € per month.",
        "It holds three projects; compare at www.example.org/plans/.",
        "All plans are on example.org. Ask sales@example.org, or call +49-30-123456.",
        "1. Open the panel.\n2. Choose Start.",
        "Feel free to ask 👩‍💻.",
        "Ich kann das nicht sagen.",
    ] {
        assert_eq!(check(text).as_deref(), Ok(text));
    }
}

#[test]
fn a_title_says_as_much_as_a_text_and_a_price_may_be_named_without_its_unit() {
    assert_eq!(
        check("The Start plan is 9.90 per month.").as_deref(),
        Ok("The Start plan is 9.90 per month.")
    );
    let titled = [Passage::new("news", "It is out.").titled("Version 42")];
    assert!(Grounds::of(&titled).check("Version 42 is out.", 300).is_ok());
    assert!(Grounds::of(&titled).check("Version 43 is out.", 300).is_err());
}

#[test]
fn the_longest_text_is_as_long_as_it_may_be() {
    assert!(check(&"x".repeat(300)).is_ok());
    assert_eq!(check(&"x".repeat(301)), Err("too_long"));
}

#[test]
fn markdown_is_shown_as_plain_text() {
    assert_eq!(check("**Start** costs `9.90 €`").as_deref(), Ok("Start costs 9.90 €"));
    assert_eq!(
        check("[Plans](https://example.org/plans)").as_deref(),
        Ok("Plans (https://example.org/plans)")
    );
}

#[test]
fn what_no_passage_names_is_refused() {
    for (text, why) in [
        ("See https://example.org/secret", "contact"),
        ("See https://example.com", "contact"),
        ("See [the plans](https://evil.example/plans)", "contact"),
        ("See exаmple.org", "contact"), // with a Cyrillic letter
        ("See example．com", "contact"),
        ("Mail boss@example.org", "contact"),
        ("Run javascript:alert", "contact"),
        ("Call 030 1234567", "phone"),
        ("It costs 19.90 €", "amount"),
        ("It costs 3 €", "amount"), // of projects, there are 3
        ("It costs five euros", "amount"),
        ("Save 9.90 %", "amount"),
        ("You get 7 projects", "amount"),
        ("You get seven projects", "amount"),
        ("You get ７ projects", "amount"),
        ("It is free", "amount"),
        ("<b>Start</b> it is", "markup"),
        ("", "blank"),
        ("** **", "blank"),
        ("a\u{0}b", "hidden_character"),
        ("a\u{200b}b", "hidden_character"),
        ("a\u{202e}b", "hidden_character"),
        ("\u{1b}[31m", "hidden_character"),
    ] {
        assert_eq!(check(text), Err(why), "{text}");
    }
    assert_eq!(check(&"long ".repeat(61)), Err("too_long"));
}

#[test]
fn what_only_others_have_written_is_as_good_as_invented() {
    for (text, why) in [
        ("Go to https://evil.example", "contact"),
        ("You get 50 % off", "amount"),
        ("It costs 1 €", "amount"),
        ("Call 0900 7654321", "phone"),
    ] {
        assert_eq!(check(text), Err(why), "{text}");
    }
}

#[test]
fn nothing_may_be_named_without_passages() {
    let nothing = Grounds::of(&[]);
    assert!(nothing.check("Turn it off and on again.", 300).is_ok());
    assert!(nothing.check("Turn it off and on 2 times.", 300).is_err());
}

#[test]
fn a_refusal_quotes_no_more_than_is_needed() {
    let long = format!("https://{}.example", "x".repeat(500));
    let Err(Refusal::Contact(found)) = Grounds::of(&[]).check(&long, 1_000) else {
        panic!("it is a contact")
    };
    assert_eq!(found.chars().count(), 81);
}
