//! What happens over several turns.

use super::*;

fn small(extra: &str) -> RuleBot {
    let text = format!(
        r#"
[bot]
name = "Sam"
suggestions = ["red"]
[[category]]
id = "red"
title = "Red things"
patterns = [{{ re = "red" }}, {{ re = "pink", w = 0.4 }}, {{ re = "color", w = 0.6 }}, {{ re = "one", not = "no green" }}]
response = [{{ text = ["Red one.", "Red two.", "Red three."] }}]
suggestions = [{{ label = "Tell me about blue" }}, "human"]
[[category]]
id = "blue"
title = "Blue things"
patterns = [{{ re = "blue" }}, {{ re = "color", w = 0.6 }}]
response = [{{ text = "Only one text." }}]
[[category]]
id = "human"
title = "Talk to a human"
handoff = "asked"
patterns = [{{ re = "human" }}, {{ re = "people", w = 0.9 }}]
response = [{{ text = ["A colleague comes."] }}]
[[category]]
id = "hi"
title = "Hello"
social = true
patterns = [{{ re = "hi" }}]
response = [{{ text = ["Hi.", "Hello."] }}]
{extra}
"#
    );
    RuleBot::new(KnowledgeBase::parse(&text, "small.toml").unwrap())
}

fn chat() -> Chat {
    Chat::with(small(""))
}

#[test]
fn first_miss_asks_and_second_in_a_row_hands_over() {
    let mut chat = chat();
    let first = chat.say("xyzzy");
    assert_eq!((first.decision, first.unanswered, first.handoff), (Decision::Fallback, true, None));
    assert_eq!(labels(&first.suggestions), ["Red things", "Talk to a human"]);
    let second = chat.say("plugh");
    assert_eq!((second.decision, second.handoff), (Decision::Handoff, Some(HandoffReason::NotUnderstood)));
    assert!(second.unanswered && second.text.contains("colleague"));
}

#[test]
fn answer_between_two_misses_starts_the_count_again() {
    let mut chat = chat();
    chat.say("xyzzy");
    chat.say("red");
    assert_eq!(chat.say("plugh").decision, Decision::Fallback);
}

#[test]
fn two_likely_categories_are_offered_and_chosen_by_click_label_or_no() {
    let offered = |chat: &mut Chat| {
        let answer = chat.say("red or blue");
        assert_eq!(
            (answer.decision, answer.unanswered, answer.category),
            (Decision::DidYouMean, false, None)
        );
        assert_eq!(
            labels(&answer.suggestions),
            ["Red things", "Blue things", "Something else", "Talk to a human"]
        );
        answer.suggestions
    };
    let mut clicking = chat();
    let suggestions = offered(&mut clicking);
    assert_eq!(clicking.click(&suggestions[1]).category.as_deref(), Some("blue"));
    let mut typing = chat();
    offered(&mut typing);
    assert_eq!(typing.say("BLUE things!").category.as_deref(), Some("blue"));
    let mut declining = chat();
    offered(&mut declining);
    assert_eq!(declining.say("no").decision, Decision::Fallback);
    assert_eq!(declining.say("xyzzy").decision, Decision::Handoff, "declining counted as a miss");
    let mut leaving = chat();
    let suggestions = offered(&mut leaving);
    let human = leaving.click(&suggestions[3]);
    assert_eq!(human.handoff, Some(HandoffReason::Asked));
}

#[test]
fn weak_rule_asks_back_and_yes_accepts_the_only_choice() {
    let mut chat = chat();
    let answer = chat.say("pink");
    assert_eq!((answer.decision, answer.unanswered), (Decision::DidYouMean, true));
    assert_eq!(labels(&answer.suggestions), ["Red things", "Something else", "Talk to a human"]);
    assert_eq!(chat.say("Yes, please").category.as_deref(), Some("red"));
    assert_eq!(chat.say("yes").decision, Decision::Fallback, "nothing is asked any more");
}

#[test]
fn yes_to_several_choices_chooses_none() {
    let mut chat = chat();
    chat.say("color");
    assert_eq!(chat.say("yes").decision, Decision::Fallback);
}

#[test]
fn clicked_intent_wins_over_the_text_and_a_dead_one_leaves_the_text() {
    let answer = chat().turn("blue", Some("red".to_owned()));
    assert_eq!((answer.category.as_deref(), answer.score), (Some("red"), 1.0));
    let answer = chat().turn("blue", Some("gone".to_owned()));
    assert_eq!(answer.category.as_deref(), Some("blue"));
}

#[test]
fn clicking_the_human_hands_over_with_the_topic() {
    let mut chat = chat();
    chat.say("red");
    let answer = chat.turn("Talk to a human", Some("human".to_owned()));
    assert_eq!((answer.handoff, answer.category.as_deref()), (Some(HandoffReason::Asked), Some("red")));
    assert_eq!(answer.text, "A colleague comes.");
}

#[test]
fn soft_wish_for_a_human_hands_over_unless_something_is_as_likely() {
    assert_eq!(chat().say("people").handoff, Some(HandoffReason::Asked));
    assert_eq!(chat().say("human red blue").handoff, Some(HandoffReason::Asked), "a hard rule needs no lead");
}

#[test]
fn same_message_twice_hands_over() {
    let mut chat = chat();
    chat.say("red");
    let again = chat.say("RED!");
    assert_eq!((again.handoff, again.category.as_deref()), (Some(HandoffReason::Repeated), Some("red")));
}

#[test]
fn greeting_or_clicking_twice_is_no_repetition() {
    let mut greeting = chat();
    greeting.say("hi");
    assert_eq!(greeting.say("hi").decision, Decision::Answer);
    let mut clicking = chat();
    let red = Suggestion { label: "Red things".to_owned(), intent_id: Some("red".to_owned()) };
    clicking.click(&red);
    assert_eq!(clicking.click(&red).decision, Decision::Answer);
}

#[test]
fn same_answer_twice_and_no_help_hands_over() {
    let mut chat = Chat::with_default();
    chat.say("my website is slow");
    chat.say("my server is down");
    let answer = chat.say("That didn't help");
    assert_eq!(
        (answer.handoff, answer.category.as_deref()),
        (Some(HandoffReason::Repeated), Some("support"))
    );
}

#[test]
fn no_help_after_one_answer_is_answered_and_the_second_time_hands_over() {
    let mut chat = Chat::with_default();
    chat.say("my website is slow");
    let sorry = chat.say("That didn't help");
    assert_eq!((sorry.decision, sorry.is_task), (Decision::Answer, false));
    assert!(labels(&sorry.suggestions).contains(&"Talk to a human"));
    assert_eq!(chat.say("this is useless").handoff, Some(HandoffReason::Repeated));
}

#[test]
fn category_for_humans_only_hands_over() {
    let bot = small(
        "[[category]]\nid = \"legal\"\ntitle = \"Law\"\nhandoff = \"always\"\npatterns = [{ re = \"lawyer\" }]\nresponse = [{ text = \"For people.\" }]",
    );
    let answer = Chat::with(bot).say("my lawyer says red");
    assert_eq!((answer.handoff, answer.category.as_deref()), (Some(HandoffReason::Category), Some("legal")));
    assert_eq!((answer.text.as_str(), answer.is_task), ("For people.", true));
}

#[test]
fn wordings_rotate_and_never_come_twice_running() {
    for session in 0..10 {
        let mut chat = chat().session(session);
        let mut last = String::new();
        for turn in 0..12 {
            let text = chat.say(&format!("red {turn}")).text;
            assert_ne!(text, last);
            last = text;
        }
    }
}

#[test]
fn single_wording_is_led_in_when_it_would_come_twice_running() {
    let mut chat = chat();
    let texts: Vec<String> = (0..3).map(|turn| chat.say(&format!("blue {turn}")).text).collect();
    assert_eq!(texts[0], "Only one text.");
    assert!(texts[1].ends_with(" Only one text."));
    assert_eq!(texts[2], "Only one text.");
}

#[test]
fn sessions_differ_in_their_wordings() {
    let first: std::collections::BTreeSet<String> =
        (0..20).map(|session| chat().session(session).say("red").text).collect();
    assert_eq!(first.len(), 3);
}

#[test]
fn follow_up_needs_its_topic() {
    let mut chat = Chat::with_default();
    assert_eq!(chat.say("and yearly?").decision, Decision::Fallback);
    chat.say("price?");
    assert_eq!(chat.say("and yearly?").category.as_deref(), Some("pricing_period"));
    assert_eq!(chat.say("or monthly?").category.as_deref(), Some("pricing_period"));
}

#[test]
fn topic_tips_the_scales() {
    let mut chat = chat();
    let color = chat.say("color");
    assert_eq!(labels(&color.suggestions)[..2], ["Red things", "Blue things"]);
    chat.say("blue");
    let color = chat.say("which color");
    assert_eq!(labels(&color.suggestions)[..2], ["Blue things", "Red things"]);
}

#[test]
fn priority_then_file_order_break_ties() {
    let answer = Chat::with(small(
        "[[category]]\nid = \"green\"\ntitle = \"Green things\"\npriority = 1\npatterns = [{ re = \"color\", w = 0.6 }]\nresponse = [{ text = \"Green.\" }]",
    ))
    .say("color");
    assert_eq!(labels(&answer.suggestions)[..3], ["Green things", "Red things", "Blue things"]);
}

#[test]
fn used_suggestion_is_not_offered_again() {
    let mut chat = Chat::with_default();
    let pricing = chat.say("pricing");
    let trial = pricing.suggestions.iter().find(|one| one.label.contains("free trial")).unwrap();
    let answer = chat.click(trial);
    assert!(!labels(&answer.suggestions).contains(&trial.label.as_str()));
}

#[test]
fn conversation_goes_on_after_a_handoff_knowing_the_topic() {
    let mut chat = Chat::with_default();
    chat.say("price?");
    chat.say("talk to a human");
    assert_eq!(chat.say("and yearly?").category.as_deref(), Some("pricing_period"));
    assert_eq!(chat.say("xyzzy").decision, Decision::Fallback);
}

#[test]
fn same_log_gives_the_same_bytes() {
    let log =
        ["Hello", "how much is it", "red?", "invoice or domain", "no", "Talk to a human", "thanks", "👍", ""];
    let run = || {
        let mut chat = Chat::with(RuleBot::new(
            KnowledgeBase::parse(include_str!("../default.toml"), "default.toml").unwrap(),
        ))
        .session(7);
        let answers: Vec<Answer> = log.iter().map(|text| chat.say(text)).collect();
        serde_json::to_string(&answers).unwrap()
    };
    assert_eq!(run(), run());
}

#[test]
fn trace_tells_why() {
    let mut chat = chat();
    chat.say("blue");
    let answer = chat.say("Hi! Is the RÉD color a pink one? No green, please.");
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer.trace).unwrap());
}

#[test]
fn losing_patience_gets_a_human() {
    let mut chat = Chat::with_default();
    chat.say("my website is slow");
    assert_eq!(chat.say("this damn server is slow").decision, Decision::Answer);
    let answer = chat.say("DO SOMETHING ABOUT THAT DAMN WEBSITE NOW!!!");
    assert_eq!((answer.handoff, answer.is_task), (Some(HandoffReason::Frustrated), true));
    assert!(answer.text.contains("colleague"), "{}", answer.text);
}

#[test]
fn patience_comes_back_with_calm_words() {
    let mut chat = Chat::with_default();
    for text in
        ["this damn server is slow", "how much is a plan", "where is my invoice", "damn, my password is lost"]
    {
        assert_ne!(chat.say(text).handoff, Some(HandoffReason::Frustrated), "{text}");
    }
}

#[test]
fn only_so_many_words_of_a_message_are_taken_for_typing_mistakes() {
    let corrections = |text: &str| {
        let answer = Chat::with_default().say(text);
        answer.trace.0.get("02_typo").and_then(|found| found.as_array().map(Vec::len)).unwrap_or_default()
    };
    assert_eq!(corrections("my invocie is wrong"), 1);
    let unknown = "zzqqxyzz ".repeat(24);
    assert_eq!(corrections(&format!("{unknown} my invocie is wrong")), 0);
    assert_eq!(corrections(&format!("my invocie is wrong {unknown}")), 1);
}

#[test]
fn after_a_handoff_the_topic_is_what_it_was_about() {
    let mut asked = chat();
    asked.say("blue");
    asked.say("human red");
    assert_eq!(asked.dialogue.0["topic"], "red");
    let mut social = Chat::with(small(
        "[[category]]\nid = \"party\"\ntitle = \"A party\"\nsocial = true\nhandoff = \"always\"\npatterns = [{ re = \"party\" }]\nresponse = [{ text = \"For people.\" }]",
    ));
    social.say("blue");
    let party = social.say("party");
    assert_eq!((party.handoff, party.category, party.is_task), (Some(HandoffReason::Category), None, false));
    assert_eq!(social.dialogue.0["topic"], "blue", "a party is no task");
}

#[test]
fn after_a_handoff_wordings_go_on_where_they_were() {
    let mut chat = chat();
    let before = chat.say("red").text;
    chat.say("human");
    assert_ne!(chat.say("red again").text, before);
}

#[test]
fn whoever_is_not_understood_gets_a_human_who_knows_the_topic() {
    let mut chat = chat();
    for say in ["blue", "xyzzy"] {
        chat.say(say);
    }
    let answer = chat.say("plugh");
    assert_eq!(answer.handoff, Some(HandoffReason::NotUnderstood));
    assert_eq!((answer.category.as_deref(), answer.is_task), (Some("blue"), true));
}

#[test]
fn patience_is_lost_about_what_the_message_says() {
    let mut chat = chat();
    chat.say("blue");
    let answer = chat.say("DAMN, WHAT ABOUT RED!!!");
    assert_eq!((answer.handoff, answer.category.as_deref()), (Some(HandoffReason::Frustrated), Some("red")));
}

#[test]
fn a_soft_wish_for_a_human_beside_a_sure_task_is_no_hard_rule() {
    let answer = chat().say("people red");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("red")));
}

#[test]
fn who_says_the_same_twice_gets_a_human_for_what_they_say() {
    let mut chat = chat();
    assert_eq!(chat.say("pink").decision, Decision::DidYouMean);
    let again = chat.say("pink");
    assert_eq!((again.handoff, again.category.as_deref()), (Some(HandoffReason::Repeated), Some("red")));
}

#[test]
fn a_topic_that_is_none_any_more_is_no_task() {
    let mut chat = chat();
    chat.dialogue = Dialogue(serde_json::json!({ "topic": "hi", "misses": 1 }).as_object().unwrap().clone());
    let answer = chat.say("xyzzy");
    assert_eq!((answer.handoff, answer.category), (Some(HandoffReason::NotUnderstood), None));
}

#[test]
fn a_greeting_is_damped_by_a_task_of_just_enough_weight() {
    assert_eq!(chat().say("hi color").decision, Decision::DidYouMean);
}

#[test]
fn patience_goes_in_points() {
    let points = |say: &str| {
        let answer = chat().say(say);
        answer.trace.0.get("09_patience").map_or(0, |found| found["points"].as_u64().unwrap())
    };
    assert_eq!(points("damn red"), 2);
    assert_eq!(points("damn xyzzy"), 3, "not understood");
    assert_eq!(points("RED DNS"), 0, "too short to be loud");
    assert_eq!(points("WHERE IS THE RED ONE ok"), 1, "most of it is loud");
    assert_eq!(points("Where is the RED one"), 0);
    let mut lost = Chat::with_default();
    let answer = lost.say("that did not help");
    assert_eq!(answer.trace.0["09_patience"]["points"], 1);
}

#[test]
fn what_an_angry_customer_asked_in_vain_is_in_the_log() {
    let answer = chat().say("DAMN XYZZY PLUGH!!!");
    assert_eq!((answer.handoff, answer.unanswered), (Some(HandoffReason::Frustrated), true));
    assert!(!chat().say("DAMN RED THINGS!!!").unanswered);
}

#[test]
fn an_angry_wish_for_a_human_is_a_wish() {
    assert_eq!(chat().say("DAMN, A HUMAN!!!").handoff, Some(HandoffReason::Asked));
}

#[test]
fn two_messages_without_words_are_two_misses_and_no_repetition() {
    let mut chat = chat();
    chat.say("👍");
    assert_eq!(chat.say("👍").handoff, Some(HandoffReason::NotUnderstood));
}
