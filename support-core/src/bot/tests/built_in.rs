//! The knowledge base that comes with the crate.

use std::collections::BTreeSet;

use pollster::FutureExt as _;

use super::*;

#[test]
fn question_about_plans_gets_prices_and_suggestions_about_plans() {
    let answer = Chat::with_default().say("How much do your plans cost?");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("pricing")));
    assert!(answer.is_task && !answer.unanswered);
    assert!(labels(&answer.suggestions).iter().filter(|label| label.contains("plan")).count() >= 2);
}

#[test]
fn license_trouble_is_about_the_license_and_a_human_is_near() {
    let answer = Chat::with_default().say("I need help with my license");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("license")));
    assert!(labels(&answer.suggestions).contains(&"Talk to a human"));
}

#[test]
fn hello_is_welcomed_with_suggestions() {
    let answer = Chat::with_default().say("Hello");
    assert_eq!((answer.decision, answer.category.as_deref()), (Decision::Answer, Some("greeting")));
    assert!(answer.text.to_lowercase().contains("welcome"), "{}", answer.text);
    assert!(!answer.suggestions.is_empty() && !answer.is_task);
}

#[test]
fn words_inside_words_mean_nothing() {
    let this = Chat::with_default().say("Is this working?");
    assert_ne!(this.category.as_deref(), Some("greeting"));
    let explain = Chat::with_default().say("Could you explain that?");
    assert_ne!(explain.category.as_deref(), Some("pricing"));
    assert_eq!(explain.decision, Decision::Fallback);
}

#[test]
fn courtesy_beside_a_task_is_not_the_topic() {
    let answer = Chat::with_default().say("Hi, I was charged twice, thanks");
    assert_eq!(answer.category.as_deref(), Some("payment"));
}

#[test]
fn wish_for_a_human_hands_over_and_says_what_comes_next() {
    for wish in [
        "Talk to a human",
        "can i speak to a real person",
        "I don't want to talk to a bot!",
        "agent",
        "Please connect me with your support team",
        "I'd rather chat with somebody",
    ] {
        let answer = Chat::with_default().say(wish);
        assert_eq!(answer.handoff, Some(HandoffReason::Asked), "{wish}");
        assert!(answer.text.contains("colleague") || answer.text.contains("human"), "{}", answer.text);
        assert!(answer.text.contains("this chat") || answer.text.contains("right here"), "{}", answer.text);
        assert_eq!((answer.category, answer.is_task, answer.suggestions.len()), (None, false, 0));
    }
}

#[test]
fn talk_about_humans_and_bots_is_no_wish() {
    for text in ["Are you a human?", "I am not a robot", "Is this a bot or a person?", "human resources"] {
        assert_ne!(Chat::with_default().say(text).decision, Decision::Handoff, "{text}");
    }
}

#[test]
fn wish_for_a_human_names_the_task_behind_it() {
    let answer = Chat::with_default().say("My invoice is wrong, I want to talk to a human");
    assert_eq!((answer.category.as_deref(), answer.is_task), (Some("payment"), true));
    let mut chat = Chat::with_default();
    chat.say("How do I transfer my domain?");
    let later = chat.say("a human please");
    assert_eq!((later.category.as_deref(), later.is_task), (Some("domain"), true));
}

#[test]
fn welcome_says_that_it_is_a_bot_and_offers_topics() {
    for number in 0..8 {
        let visitor = Visitor { session_id: Uuid::from_u128(number), ..Visitor::default() };
        let welcome = RuleBot::default().welcome(&visitor).unwrap();
        assert!(welcome.text.contains("bot") || welcome.text.contains("automated"), "{}", welcome.text);
        assert!(labels(&welcome.suggestions).contains(&"Talk to a human"));
    }
    let welcome = RuleBot::default().welcome(&Visitor::default()).unwrap();
    assert_eq!(welcome.dialogue.0["offered"], serde_json::json!(welcome.suggestions));
    let named = Visitor { name: Some("Ada".to_owned()), ..Visitor::default() };
    assert!(RuleBot::default().welcome(&named).unwrap().text.contains("Ada"));
}

#[test]
fn bot_admits_that_it_is_one() {
    for question in ["Are you a bot?", "Am I talking to a human?", "who are you"] {
        let text = Chat::with_default().say(question).text;
        assert!(text.contains("bot") || text.contains("automated"), "{text}");
    }
}

#[test]
fn nothing_in_it_deserves_a_warning() {
    for knowledge in [KnowledgeBase::built_in(), KnowledgeBase::built_in_german()] {
        assert!(knowledge.warnings().is_empty(), "{:#?}", knowledge.warnings());
    }
}

#[test]
fn every_example_finds_its_category() {
    finds_every_example(include_str!("../default.toml"), &KnowledgeBase::built_in());
    finds_every_example(include_str!("../default.de.toml"), &KnowledgeBase::built_in_german());
}

fn finds_every_example(file: &str, knowledge: &Arc<KnowledgeBase>) {
    let file: toml::Table = file.parse().unwrap();
    for category in file["category"].as_array().unwrap() {
        let id = category["id"].as_str().unwrap();
        for example in category["examples"].as_array().unwrap() {
            let mut chat = Chat::with(RuleBot::new(Arc::clone(knowledge)));
            if let Some(topic) = category.get("requires_topic") {
                chat.turn("", topic[0].as_str().map(str::to_owned));
            }
            let answer = chat.say(example.as_str().unwrap());
            let found = match answer.handoff {
                Some(HandoffReason::Asked) => Some("human".to_owned()),
                _ => answer.category,
            };
            assert_eq!(found.as_deref(), Some(id), "{example}");
        }
    }
}

#[test]
fn every_suggestion_leads_on() {
    let mut open = RuleBot::default().welcome(&Visitor::default()).unwrap().suggestions;
    let mut seen = BTreeSet::new();
    while let Some(suggestion) = open.pop() {
        if !seen.insert(suggestion.label.clone()) {
            continue;
        }
        let clicked = Chat::with_default().click(&suggestion);
        assert_eq!(clicked.score, 1.0, "{suggestion:?}");
        assert!(
            !clicked.suggestions.is_empty() || clicked.decision == Decision::Handoff,
            "{suggestion:?} is a dead end"
        );
        let typed = Chat::with_default().say(&suggestion.label);
        assert_eq!(typed.category, clicked.category, "{suggestion:?} means something else when typed");
        open.extend(clicked.suggestions);
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn typed_suggestions_get_the_answer_that_their_label_promises() {
    let yearly = Chat::with_default().say("Yearly or monthly plans?");
    let trial = Chat::with_default().say("Is there a free trial for the plans?");
    assert!(yearly.text.contains("yearly") && trial.text.to_lowercase().contains("trial"));
}

#[test]
fn languages_share_their_categories() {
    let (english, german) = (KnowledgeBase::built_in(), KnowledgeBase::built_in_german());
    let ids = |knowledge: &KnowledgeBase| knowledge.categories().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(ids(&german), ids(&english));
}

/// What visitors of a hosting company ask on any day; none of it is an example.
#[test]
fn everyday_questions_are_answered_in_both_languages() {
    for (category, questions) in [
        ("hours", ["Hi, when are you guys open tomorrow?", "Um wie viel Uhr macht euer Support auf?"]),
        ("hours", ["what are the business hours of your support", "Seid ihr samstags auch erreichbar?"]),
        ("small_talk", ["Hello, is anyone there?", "Hallo, ist hier jemand?"]),
        (
            "payment",
            ["Hello, where do I find my latest invoice?", "Hallo, wo kann ich meine letzte Rechnung finden?"],
        ),
        ("payment", ["I would like to get a refund please", "Ich hätte bitte gern mein Geld zurück"]),
        (
            "cancellation",
            ["Where can I cancel my hosting plan?", "Wo kann ich meinen Hosting-Vertrag kündigen?"],
        ),
        (
            "account",
            ["How can I reset my lost password?", "Wie kann ich mein verlorenes Passwort neu setzen?"],
        ),
        (
            "support",
            [
                "Help, our website has been down for an hour",
                "Hilfe, unsere Website ist seit einer Stunde down",
            ],
        ),
        (
            "support",
            [
                "How do I set up e-mail on an Android phone?",
                "Wie richte ich E-Mail auf einem Android-Handy ein?",
            ],
        ),
        ("domain", ["How do I set up DNS for my domain?", "Wie stelle ich das DNS für meine Domain ein?"]),
    ] {
        for question in questions {
            let answer = Chat::with_default().say(question);
            assert_eq!(answer.category.as_deref(), Some(category), "{question}: {}", answer.explain());
        }
    }
}

#[test]
fn the_hours_of_others_are_not_ours() {
    for question in ["When does the swimming pool open?", "Bis wann hat der Supermarkt heute geöffnet?"] {
        assert_eq!(Chat::with_default().say(question).decision, Decision::Fallback, "{question}");
    }
}

#[test]
fn what_another_answers_goes_out_with_the_tenants_own_menu() {
    let own = "[bot]\nname = 'Own'\nsuggestions = ['own']\n[[category]]\nid = 'own'\ntitle = 'Our own topic'\nresponse = [{ text = 'Own.' }]";
    let own = KnowledgeBase::parse(own, "own.toml").unwrap();
    let bot = RuleBot::default().with_knowledge(vec![Arc::new(own)]).unwrap();
    let turn = Turn::new(Visitor::default(), "xyzzy", Dialogue::default(), DateTime::UNIX_EPOCH);
    let missed = bot.answer(&turn).block_on().unwrap();
    let passed_on = bot.pass_on(&turn, missed, "From our help pages.".to_owned());
    assert_eq!(labels(&passed_on.suggestions), ["Our own topic"]);
}

#[test]
fn bot_answers_in_the_language_of_the_message() {
    let mut chat = Chat::with_default();
    let german = chat.say("Wo finde ich meine Rechnung?");
    assert_eq!(german.category.as_deref(), Some("payment"));
    assert!(german.text.contains("Rechnungen"), "{}", german.text);
    let thanks = chat.say("Danke dir!").text;
    assert!(thanks.contains("Freut") || thanks.contains("Gern"), "{thanks}");
    let english = chat.say("How do I transfer my domain?");
    assert!(english.text.contains("transfer"), "{}", english.text);
}

#[test]
fn what_one_language_does_not_know_the_main_one_answers() {
    let text = "[bot]\nname = 'S'\nlanguages = ['de']\n[[category]]\nid = 'pricing'\ntitle = 'Preise'\npatterns = [{ re = 'preise' }]\nresponse = [{ text = 'Teuer.' }]";
    let german = KnowledgeBase::parse(text, "de.toml").unwrap();
    let bot = RuleBot::new(KnowledgeBase::built_in()).speaking(german);
    let mut chat = Chat::with(bot);
    assert_eq!(chat.say("Was sind eure Preise?").text, "Teuer.");
    let answer = chat.say("Wie ist das mit der Domain?");
    assert_eq!(answer.category.as_deref(), Some("domain"));
    assert_eq!(answer.dialogue.0["language"], "de");
    assert_eq!(chat.say("Wie ist das mit dem Gartenzaun?").decision, Decision::Fallback);
    assert_eq!(chat.say("Und wie ist das mit einer Subdomain?").category.as_deref(), Some("domain"));
}

#[test]
fn reload_takes_over_what_is_valid_and_nothing_else() {
    let bot = RuleBot::new(KnowledgeBase::built_in());
    let twin = bot.clone();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[bot]\nname = 'New'\n[[category]]\nid = 'x'\n").unwrap();
    assert!(bot.reload(file.path()).is_err());
    assert_eq!(twin.knowledge_base().name(), "the support assistant");
    let valid = "[bot]\nname = 'New'\n[[category]]\nid = 'x'\ntitle = 'X'\nresponse = [{ text = 'X.' }]\n";
    std::fs::write(file.path(), valid).unwrap();
    bot.reload(file.path()).unwrap();
    assert_eq!(twin.knowledge_base().name(), "New");
}

#[test]
fn a_conversation_stays_in_its_language_until_another_is_clearly_spoken() {
    let mut chat = Chat::with_default();
    let mut language = |say: &str| chat.say(say).trace.0["00_language"].as_str().unwrap().to_owned();
    assert_eq!(language("xyzzy plugh frobnicate Rechnung"), "en", "one word is no language");
    assert_eq!(language("Ich möchte meine Rechnung sehen"), "de");
    assert_eq!(language("xyzzy"), "de");
    assert_eq!(language("Where can I see my invoices?"), "en");
}
