//! Questions that categories ask: asked, answered, interrupted, resumed, given up.

use serde_json::json;

use super::*;

fn chat() -> Chat {
    let text = r#"
[bot]
name = "Sam"
utc_offset = "+02:00"
[entities.invoice]
pattern = 'INV-\d{3}'
example = "INV-123"
[[category]]
id = "bill"
title = "Bills"
patterns = [{ re = "bill" }]
suggestions = ["hi"]
[[category.response]]
when = "slot invoice 'INV-007'"
text = ["Number seven is paid."]
[[category.response]]
when = "slot invoice"
text = ["I look at {invoice}."]
[[category.response]]
text = ["Without a number I cannot look."]
[category.ask]
slot = "invoice"
type = "invoice"
prompt = ["Which invoice is it?", "I need the number of the invoice."]
[[category]]
id = "wish"
title = "A wish"
patterns = [{ re = "wish" }]
suggestions = ["hi"]
response = [{ when = "slot wish", text = ["Noted: {wish}"] }, { text = ["No wish, then."] }]
[category.ask]
slot = "wish"
type = "text"
prompt = "What do you wish for?"
[[category]]
id = "erase"
title = "Erasing"
patterns = [{ re = "erase" }]
suggestions = ["hi"]
response = [{ when = "slot sure 'yes'", text = ["Erased."] }, { when = "slot sure 'no'", text = ["Kept."] }, { text = ["Nothing happens."] }]
[category.ask]
slot = "sure"
type = "yes_no"
prompt = "Really?"
[[category]]
id = "hours"
title = "Opening hours"
patterns = [{ re = "open" }]
suggestions = ["hi"]
response = [{ when = "hours '09:00-17:00'", text = ["Open."] }, { text = ["Closed."] }]
[[category]]
id = "hi"
title = "Hello"
social = true
patterns = [{ re = "hi" }, { re = "no", w = 0.9 }]
suggestions = ["bill"]
response = [{ text = ["Hi.", "Hello."] }]
[[category]]
id = "human"
title = "Talk to a human"
handoff = "asked"
patterns = [{ re = "human" }]
response = [{ text = ["A colleague comes."] }]
"#;
    Chat::with(RuleBot::new(KnowledgeBase::parse(text, "questions.toml").unwrap()))
}

fn asks(answer: &Answer) -> bool {
    answer.text.ends_with("Which invoice is it?") || answer.text.ends_with("number of the invoice.")
}

#[test]
fn question_is_asked_and_its_answer_used() {
    let mut chat = chat();
    assert!(asks(&chat.say("my bill")));
    let answer = chat.say("it's inv-123, no, INV-124");
    assert_eq!((answer.text.as_str(), answer.category.as_deref()), ("I look at INV-124.", Some("bill")));
    assert_eq!(answer.trace.0["10_question"]["filled"]["slot"], "invoice");
}

#[test]
fn answer_in_the_first_message_makes_the_question_needless() {
    assert_eq!(chat().say("bill INV-007 please").text, "Number seven is paid.");
}

#[test]
fn known_slot_is_not_asked_for_again_and_a_new_value_replaces_it() {
    let mut chat = chat();
    chat.say("bill INV-123");
    assert!(chat.say("my bill again").text.ends_with("I look at INV-123."));
    assert_eq!(chat.say("bill INV-200").text, "I look at INV-200.");
}

#[test]
fn other_topic_interrupts_and_the_question_comes_back() {
    let mut chat = chat();
    chat.say("my bill");
    let other = chat.say("are you open?");
    assert!(other.text.starts_with("Closed.\n\n") && asks(&other), "{}", other.text);
    assert_eq!(other.category.as_deref(), Some("hours"));
    assert_eq!(chat.say("INV-300").text, "I look at INV-300.");
}

#[test]
fn wish_for_a_human_interrupts_for_good_and_keeps_what_was_said() {
    let mut chat = chat();
    chat.say("bill INV-123");
    chat.say("wish");
    assert_eq!(chat.say("a human").handoff, Some(HandoffReason::Asked));
    assert_eq!(chat.dialogue.0["slots"]["invoice"], "INV-123");
    assert!(!chat.dialogue.0.contains_key("asking"));
}

#[test]
fn question_that_gets_no_answer_is_asked_twice_and_then_given_up() {
    let mut chat = chat();
    let first = chat.say("my bill");
    let second = chat.say("xyzzy");
    assert!(asks(&second) && second.text != first.text && second.handoff.is_none());
    assert_eq!(chat.say("plugh").text, "Without a number I cannot look.");
    assert!(chat.say("my bill once more").text.ends_with("Without a number I cannot look."));
}

#[test]
fn no_gives_the_question_up_at_once() {
    let mut chat = chat();
    chat.say("my bill");
    assert_eq!(chat.say("no").text, "Without a number I cannot look.");
}

#[test]
fn free_text_takes_any_answer_that_is_no_other_topic() {
    let mut one = chat();
    one.say("a wish");
    assert_eq!(one.say("More  {bot} coffee!").text, "Noted: More {bot} coffee!");
    let mut other = chat();
    other.say("a wish");
    assert!(other.say("are you open").text.starts_with("Closed."));
}

#[test]
fn opening_hours_are_those_of_the_desk() {
    let mut chat = chat();
    // Nine o'clock two hours east of Greenwich.
    let now = DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(7);
    let answer = chat.bot.reply(&Turn::new(Visitor::default(), "open?", Dialogue::default(), now));
    assert_eq!(answer.text, "Open.");
    assert_eq!(chat.say("open?").text, "Closed.");
}

#[test]
fn a_handoff_keeps_what_was_told_and_said_and_forgets_the_rest() {
    let mut chat = chat();
    for say in ["bill INV-123", "my bill again", "a wish", "no", "xyzzy", "bill", "damn wish"] {
        chat.say(say);
    }
    let before = chat.dialogue.0.clone();
    for forgotten in ["answered", "heard", "frustration", "given_up", "offered"] {
        assert!(before.contains_key(forgotten), "{forgotten}: {before:?}");
    }
    let told = chat.say("a human");
    let kept: Vec<&str> = told.dialogue.0.keys().map(String::as_str).collect();
    assert_eq!(kept, ["choosing", "misses", "said", "shown", "slots", "streak", "topic"]);
    let memory = &told.dialogue.0;
    assert_eq!(
        (&memory["misses"], &memory["streak"], &memory["choosing"]),
        (&0.into(), &0.into(), &false.into())
    );
    assert_eq!(memory["said"], fingerprint::of_text(&told.text));
    assert_eq!(memory["shown"]["bill"], before["shown"]["bill"]);
    assert_eq!(memory["slots"], before["slots"]);
}

#[test]
fn a_handoff_in_the_middle_of_a_question_closes_it() {
    let mut chat = chat();
    chat.say("my bill");
    assert!(chat.dialogue.0.contains_key("asking"));
    chat.say("a human");
    assert!(!chat.dialogue.0.contains_key("asking") && !chat.dialogue.0.contains_key("asked"));
}

#[test]
fn after_anothers_answer_nothing_is_open_and_the_turn_counts_as_answered() {
    let dialogue = |value: serde_json::Value| Dialogue(value.as_object().unwrap().clone());
    let before = dialogue(json!({
        "topic": "bill", "answered": "bill", "streak": 1, "misses": 1, "shown": { "bill": 1 }, "heard": "a", "said": "b",
        "choosing": true, "asking": "bill", "asked": 1, "frustration": 1, "language": "en",
    }));
    let turn = Turn::new(Visitor::default(), "plugh", before, DateTime::UNIX_EPOCH);
    let mut missed = Answer::new(Decision::Handoff, "A colleague knows.");
    (missed.category, missed.is_task) = (Some("bill".to_owned()), true);
    missed.dialogue = dialogue(json!({ "frustration": 2, "language": "de" }));
    let passed_on = chat().bot.pass_on(&turn, missed, "From a page.".to_owned());
    assert_eq!((passed_on.decision, passed_on.handoff), (Decision::Answer, None));
    assert_eq!((passed_on.category, passed_on.is_task), (None, false));
    let human = json!({ "label": "Talk to a human", "intent_id": "human" });
    let expected = json!({
        "topic": "bill", "streak": 1, "misses": 0, "shown": { "bill": 1 }, "choosing": false, "frustration": 2,
        "heard": fingerprint::of_text("plugh"), "said": fingerprint::of_text("From a page."), "offered": [human],
        "language": "de",
    });
    assert_eq!(json!(passed_on.dialogue), expected);
}

#[test]
fn an_answer_that_came_between_counts_as_said() {
    let mut chat = chat();
    chat.say("my bill");
    let between = chat.say("hi");
    assert!(asks(&between));
    assert_eq!(chat.dialogue.0["said"], fingerprint::of_text(&between.text));
    let again = chat.say("hi again");
    assert!(!asks(&again), "it was asked twice");
    assert!(!between.text.starts_with(&again.text), "{} came twice running", again.text);
}

#[test]
fn a_question_is_asked_twice_whatever_was_said_before() {
    let mut chat = chat();
    for say in ["hi", "hi there", "hi again"] {
        chat.say(say);
    }
    assert!(asks(&chat.say("my bill")));
    assert!(asks(&chat.say("xyzzy")));
}

#[test]
fn yes_and_no_are_answers_to_a_question_that_takes_them() {
    for (say, text) in [("Yes, please!", "Erased."), ("no", "Kept.")] {
        let mut chat = chat();
        assert_eq!(chat.say("erase it").text, "Really?");
        assert_eq!(chat.say(say).text, text);
    }
    let mut unsure = chat();
    unsure.say("erase it");
    assert!(unsure.say("xyzzy").text.ends_with("Really?"));
}

#[test]
fn the_same_topic_again_asks_again_and_answers_nothing() {
    let mut chat = chat();
    chat.say("my bill");
    let again = chat.say("my bill please");
    assert!(asks(&again) && !again.text.contains("Without"), "{}", again.text);
}

#[test]
fn a_message_without_words_answers_no_question() {
    let mut chat = chat();
    chat.say("a wish");
    assert!(chat.say("👍").text.ends_with("What do you wish for?"));
}

#[test]
fn an_agent_is_told_of_the_tasks_and_of_what_was_answered() {
    let mut chat = chat();
    for say in ["hi", "bill INV-123", "are you open?"] {
        chat.say(say);
    }
    let brief = chat.bot.brief(&chat.dialogue);
    assert_eq!(brief.categories, ["bill", "hours"]);
    assert_eq!(brief.slots["invoice"], "INV-123");
    let mut wished = self::chat();
    wished.say("a human, about my bill");
    assert_eq!(wished.bot.brief(&wished.dialogue).categories, ["bill"], "it is the topic, answered or not");
}
