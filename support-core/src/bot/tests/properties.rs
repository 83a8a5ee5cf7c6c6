//! No input panics, and some things hold for every input.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

/// Words that mean something to the bot, among those that don't.
fn message() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "hello",
            "price",
            "plans",
            "domain",
            "invoice",
            "human",
            "yes",
            "no",
            "thanks",
            "bye",
            "license",
            "and",
            "yearly?",
            "that didn't help",
            "charged twice",
            "E-Mail",
            "Something else",
            "ﬁ",
            "e\u{301}",
            "\u{200b}",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
        any::<String>(),
    ];
    prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::sample::select(vec!["pricing", "support", "nonsense", ""]).prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z:]{1,6}|label|intent_id|pricing", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Memories that could have been, and garbage.
fn memory() -> impl Strategy<Value = Dialogue> {
    let key = prop::sample::select(vec![
        "topic", "answered", "streak", "misses", "shown", "heard", "said", "offered", "choosing", "other",
    ]);
    prop::collection::btree_map(key.prop_map(str::to_owned), value(), 0..6)
        .prop_map(|map| Dialogue(map.into_iter().collect::<Map<String, Value>>()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_and_every_answer_is_whole(
        text in message(),
        intent_id in prop::option::of(prop_oneof![Just("pricing".to_owned()), Just("something_else".to_owned()), any::<String>()]),
        dialogue in memory(),
        name in prop::option::of(any::<String>()),
        session in any::<u128>(),
    ) {
        let visitor = Visitor { session_id: Uuid::from_u128(session), name, signed_in: session % 2 == 0 };
        let turn = Turn::new(visitor, text, dialogue, DateTime::UNIX_EPOCH).with_intent(intent_id);
        let answer = RuleBot::default().reply(&turn);
        prop_assert!(!answer.text.trim().is_empty());
        prop_assert_eq!(answer.handoff.is_some(), answer.decision == Decision::Handoff);
        prop_assert!(answer.decision == Decision::Handoff || !answer.suggestions.is_empty());
        prop_assert!((0.0..=1.0).contains(&answer.score));
        prop_assert!(!answer.trace.0.is_empty());
        prop_assert!(!answer.is_task || answer.category.is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_text_comes_twice_running(messages in prop::collection::vec(message(), 1..8), session in any::<u128>()) {
        let mut chat = Chat::with_default().session(session);
        let mut last = String::new();
        for message in messages {
            let text = chat.say(&message).text;
            prop_assert_ne!(&text, &last);
            last = text;
        }
    }

    #[test]
    fn no_file_panics(lines in prop::collection::vec(
        prop_oneof![
            prop::sample::select(vec![
                "[bot]", "name = 'S'", "[[category]]", "id = 'a'", "title = 'A'", "patterns = [{ re = 'a' }]",
                "response = [{ text = 'x' }]", "[settings]", "answer = 2", "[[test]]", "say = 'a'", "expect = 'a'",
                "[synonyms]", "a = ['b']", "[[category.response]]", "when = 'not'", "text = ['{']", "[replies]",
                "welcome = [[]]", "[entities.x]", "[category.ask]", "suggestions = [1, 'a']",
            ]).prop_map(str::to_owned),
            any::<String>(),
        ],
        0..20,
    )) {
        if let Err(error) = KnowledgeBase::parse(&lines.join("\n"), "any.toml") {
            prop_assert!(!error.problems().is_empty());
        }
    }
}
