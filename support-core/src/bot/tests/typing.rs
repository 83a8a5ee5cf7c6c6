//! Which words are taken for mistyped ones, and for which.

use super::*;

fn corrected(say: &str) -> Option<String> {
    let text = r#"
[bot]
name = "Sam"
[[category]]
id = "things"
title = "Things"
examples = ["zorbel", "wixo", "krantulation", "blarts here", "blarts there", "blarts", "blards"]
response = [{ text = ["Yes."] }]
"#;
    let bot = RuleBot::new(KnowledgeBase::parse(text, "typing.toml").unwrap());
    let answer = Chat::with(bot).say(say);
    answer.trace.0.get("02_typo").map(|found| found[0]["to"].as_str().unwrap().to_owned())
}

#[test]
fn one_mistake_in_five_letters_is_forgiven() {
    assert_eq!(corrected("zorbal").as_deref(), Some("zorbel"));
    assert_eq!(corrected("yorbel").as_deref(), Some("zorbel"));
    assert_eq!(corrected("zorbel"), None);
}

#[test]
fn four_letters_may_only_be_in_the_wrong_order() {
    assert_eq!(corrected("wiox").as_deref(), Some("wixo"));
    assert_eq!(corrected("wizo"), None);
}

#[test]
fn two_mistakes_need_eight_letters_and_the_right_beginning() {
    assert_eq!(corrected("krantolatiom").as_deref(), Some("krantulation"));
    assert_eq!(corrected("grantolation"), None);
    assert_eq!(corrected("zarbal"), None);
}

#[test]
fn a_capital_inside_a_sentence_is_a_name() {
    assert_eq!(corrected("it is Zorbal"), None);
    assert_eq!(corrected("Zorbal it is").as_deref(), Some("zorbel"));
}

#[test]
fn of_words_that_are_as_near_the_one_said_more_often_is_meant() {
    assert_eq!(corrected("blarxs").as_deref(), Some("blarts"));
}
