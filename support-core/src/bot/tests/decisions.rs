//! How the thresholds, the lead and the customer's own choices decide.

use super::*;

fn chat() -> Chat {
    let text = r#"
[bot]
name = "Sam"
suggestions = ["pen", { label = "Foo bar" }]
[[category]]
id = "pen"
title = "Pens"
patterns = [{ re = "many", w = 0.5 }, { re = "uneven", w = 0.9 }, { re = "faint", w = 0.2 }, { re = "pen", w = 0.5 }, { re = "alike", w = 0.55 }, { re = "stylus" }]
suggestions = ["ink"]
response = [{ text = ["Pen one.", "Pen two.", "Pen three."] }]
[[category]]
id = "ink"
title = "Ink"
patterns = [{ re = "many", w = 0.5 }, { re = "uneven", w = 0.88 }, { re = "alike", w = 0.55 }, { re = "tie" }, { re = "ink" }]
suggestions = [{ label = "Show me people", category = "pen" }, "human"]
response = [{ text = ["Ink one.", "Ink two."] }]
[[category]]
id = "cap"
title = "Caps"
follows = ["pen"]
patterns = [{ re = "many", w = 0.5 }, { re = "uneven", w = 0.4 }, { re = "tie" }]
suggestions = ["ink"]
response = [{ text = ["Cap one.", "Cap two."] }]
[[category]]
id = "box"
title = "Boxes"
suggest = 0.1
patterns = [{ re = "many", w = 0.5 }, { re = "faint", w = 0.18 }, { re = "hint", w = 0.4 }]
suggestions = ["ink"]
response = [{ text = ["Box one.", "Box two."] }]
[[category]]
id = "hi"
title = "Hello"
social = true
patterns = [{ re = "hi", w = 0.9 }, { re = "mild", w = 0.5 }]
suggestions = ["pen"]
response = [{ text = ["Hi.", "Hello."] }]
[[category]]
id = "bye"
title = "Goodbye"
social = true
patterns = [{ re = "bye", w = 0.9 }]
suggestions = ["pen"]
response = [{ text = ["Bye.", "See you."] }]
[[category]]
id = "no_help"
title = "That did not help"
social = true
handoff = "repeated"
patterns = [{ re = "useless" }]
suggestions = ["pen"]
response = [{ text = ["Sorry.", "I am sorry."] }]
[[category]]
id = "human"
title = "Talk to a human"
handoff = "asked"
patterns = [{ re = "people" }]
response = [{ text = ["A colleague comes."] }]
"#;
    Chat::with(RuleBot::new(KnowledgeBase::parse(text, "decisions.toml").unwrap()))
}

fn offered(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.decision, Decision::DidYouMean, "{answer:?}");
    let ids = answer.suggestions.iter().filter_map(|one| one.intent_id.as_deref());
    ids.filter(|id| !matches!(*id, "human" | "something_else")).collect()
}

#[test]
fn no_more_than_three_are_offered() {
    assert_eq!(offered(&chat().say("many")), ["pen", "ink", "cap"]);
}

#[test]
fn what_is_far_less_likely_than_the_best_is_not_offered() {
    assert_eq!(offered(&chat().say("uneven")), ["pen", "ink"]);
}

#[test]
fn what_is_offered_has_to_be_likely_by_the_measure_of_the_best() {
    assert_eq!(chat().say("faint").decision, Decision::Fallback);
}

#[test]
fn greeting_and_goodbye_in_one_message_are_no_question() {
    let answer = chat().say("hi bye alike");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("hi")));
}

#[test]
fn without_a_rival_to_offer_the_likeliest_is_answered() {
    let answer = chat().say("mild pen");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("pen")));
}

#[test]
fn a_greeting_beside_a_hint_of_a_task_is_a_greeting() {
    assert_eq!(chat().say("hi pen").category.as_deref(), Some("hi"));
    assert_eq!(chat().say("hi stylus").category.as_deref(), Some("pen"));
}

#[test]
fn what_follows_the_topic_comes_first() {
    assert_eq!(offered(&chat().say("tie")), ["ink", "cap"]);
    let mut chat = chat();
    chat.say("stylus");
    assert_eq!(offered(&chat.say("tie")), ["cap", "ink"]);
}

#[test]
fn declining_every_choice_is_a_miss_that_is_in_the_log_already() {
    for say in ["no", "Something else"] {
        let mut chat = chat();
        chat.say("many");
        let answer = chat.say(say);
        assert_eq!((answer.decision, answer.unanswered), (Decision::Fallback, false), "{say}");
    }
}

#[test]
fn yes_means_nothing_unless_the_bot_has_asked() {
    let mut unasked = chat();
    assert_eq!(unasked.say("stylus").suggestions.len(), 1);
    assert_eq!(unasked.say("yes").decision, Decision::Fallback);
    let mut answered_since = chat();
    assert_eq!(offered(&answered_since.say("hint")), ["box"]);
    answered_since.say("stylus");
    assert_eq!(answered_since.say("yes").decision, Decision::Fallback);
}

#[test]
fn a_typed_suggestion_wins_over_what_else_its_words_mean() {
    assert_eq!(chat().say("Show me people").handoff, Some(HandoffReason::Asked));
    let mut chat = chat();
    chat.say("ink");
    assert_eq!(chat.say("Show me people").category.as_deref(), Some("pen"));
}

#[test]
fn a_suggestion_that_was_not_understood_is_no_repetition() {
    let mut chat = chat();
    assert_eq!(chat.say("Foo bar").decision, Decision::Fallback);
    assert_eq!(chat.say("Foo bar").handoff, Some(HandoffReason::NotUnderstood));
}

#[test]
fn another_topic_between_two_answers_begins_the_count_again() {
    let mut same = chat();
    same.say("stylus");
    same.say("a stylus");
    assert_eq!(same.say("useless").handoff, Some(HandoffReason::Repeated));
    let mut other = chat();
    other.say("ink");
    other.say("stylus");
    assert_eq!(other.say("useless").decision, Decision::Answer);
}

#[test]
fn a_handoff_forgets_what_was_not_understood() {
    let mut chat = chat();
    chat.say("xyzzy");
    chat.say("people");
    assert_eq!(chat.say("plugh").decision, Decision::Fallback);
}

#[test]
fn every_wording_has_its_turn() {
    let mut chat = chat();
    let texts = ["stylus", "a stylus", "the stylus"].map(|say| chat.say(say).text);
    assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[2] != texts[0], "{texts:?}");
}

#[test]
fn shouting_loses_patience_sooner_and_a_click_never_does() {
    assert_eq!(chat().say("damn this thing with a stylus!!!").category.as_deref(), Some("pen"));
    let angry = "DAMN THIS THING WITH A STYLUS!!!";
    assert_eq!(chat().say(angry).handoff, Some(HandoffReason::Frustrated));
    let clicked = chat().turn(angry, Some("pen".to_owned()));
    assert_eq!(clicked.decision, Decision::Answer);
}

#[test]
fn names_and_addresses_do_not_count_as_unknown_words() {
    let text = r#"
[bot]
name = "Sam"
[[category]]
id = "refund"
title = "Refunds"
examples = ["refund my order"]
response = [{ text = ["Soon."] }]
"#;
    let bot = RuleBot::new(KnowledgeBase::parse(text, "refund.toml").unwrap());
    let coverage = |say: &str| {
        let answer = Chat::with(bot.clone()).say(say);
        answer.trace.0["07_lexical"]["coverage"].as_f64().unwrap()
    };
    assert_eq!(coverage("refund ann@zzyx.example"), 1.0);
    assert!(coverage("refund zzyx") < 1.0);
}

fn learned(extra: &str) -> RuleBot {
    let text = format!(
        r#"
[bot]
name = "Sam"
[[category]]
id = "weather"
title = "Weather"
examples = ["What is the weather like tomorrow?", "Will it rain today?", "Is it going to be sunny?", "Tell me the weather forecast", "Do I need an umbrella?"]
response = [{{ text = ["Rain."] }}]
[[category]]
id = "invoice"
title = "Invoices"
{extra}
response = [{{ text = ["In the panel."] }}]
"#
    );
    RuleBot::new(KnowledgeBase::parse(&text, "learned.toml").unwrap())
}

#[test]
fn what_is_out_of_scope_elsewhere_may_be_this_bots_business() {
    let bot = learned(r#"examples = ["Where is my invoice?", "I want my bill"]"#);
    let answer = Chat::with(bot).say("what will the weather be like today");
    assert_eq!(answer.category.as_deref(), Some("weather"));
    assert!(answer.score > 0.6, "{}", answer.score);
}

#[test]
fn no_example_of_one_category_may_be_an_example_of_another() {
    let asked = |not: &str| {
        let extra = format!(r#"examples = ["Where is my invoice?", "I want my bill"]{not}"#);
        Chat::with(learned(&extra)).say("where is my invoice").score
    };
    assert_eq!(asked("\nnot_examples = [\"Where is my invoice?\"]"), asked(""));
}

/// One rule alone scores 0.85 of its weight; each threshold is met exactly, or missed by a little.
fn measured(settings: &str) -> Chat {
    let text = format!(
        r#"
[bot]
name = "Sam"
[settings]
{settings}
[[category]]
id = "one"
title = "One"
patterns = [{{ re = "full" }}, {{ re = "some", w = 0.6 }}, {{ re = "little", w = 0.2 }}]
response = [{{ text = "One." }}]
[[category]]
id = "two"
title = "Two"
patterns = [{{ re = "rival", w = 0.8 }}, {{ re = "near", w = 0.65 }}]
response = [{{ text = "Two." }}]
[[category]]
id = "three"
title = "Three"
patterns = [{{ re = "far", w = 0.55 }}]
response = [{{ text = "Three." }}]
[[category]]
id = "picky"
title = "Picky"
suggest = 0.6
answer = 0.9
patterns = [{{ re = "shy", w = 0.65 }}]
response = [{{ text = "Picky." }}]
[[category]]
id = "hi"
title = "Hello"
social = true
patterns = [{{ re = "hi", w = 0.4 }}]
response = [{{ text = "Hi." }}]
"#
    );
    Chat::with(RuleBot::new(KnowledgeBase::parse(&text, "measured.toml").unwrap()))
}

#[test]
fn a_threshold_is_met_by_what_equals_it() {
    assert_eq!(measured("answer = 0.51").say("some").decision, Decision::Answer);
    assert_eq!(measured("answer = 0.5101").say("some").decision, Decision::DidYouMean);
    assert_eq!(measured("margin = 0.17").say("full rival").decision, Decision::Answer);
    assert_eq!(measured("margin = 0.1701").say("full rival").decision, Decision::DidYouMean);
    assert_eq!(measured("suggest = 0.17").say("little").decision, Decision::DidYouMean);
    assert_eq!(measured("suggest = 0.1701").say("little").decision, Decision::Fallback);
}

#[test]
fn six_tenths_of_the_best_are_offered_and_less_is_not() {
    assert_eq!(offered(&measured("margin = 0.5").say("full near far")), ["one", "two"]);
}

#[test]
fn what_is_below_its_own_threshold_is_not_offered_beside_another() {
    assert_eq!(offered(&measured("margin = 0.5").say("some near shy")), ["two", "one"]);
}

#[test]
fn a_greeting_that_may_be_none_is_not_asked_about() {
    let answer = measured("answer = 0.43").say("hi");
    assert_eq!((answer.decision, answer.unanswered), (Decision::Fallback, true));
}

#[test]
fn what_follows_a_topic_is_likelier_than_more_of_it() {
    let mut chat = chat();
    chat.say("stylus");
    assert_eq!(offered(&chat.say("many"))[..2], ["cap", "pen"]);
}
