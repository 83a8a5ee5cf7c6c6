//! What the desk does with the bot's answers.

use std::time::Duration;

use chrono::TimeDelta;
use pollster::FutureExt as _;
use support_core::{
    bot::{Answer, Decision, Suggestion, Welcome},
    chat::Owner,
    desk::{DeskConfig, chat::NewMessage},
    event::EventKind,
    id::TenantId,
    message::{Message, SenderKind},
    person::{Agent, Availability},
    store::{Limit, PageRequest, Store},
};

use crate::{
    scripted_bot::{ScriptedBot, about, handoff},
    world::{World, amy, ann, body, run, user_id},
};

fn desk_with(bot: &ScriptedBot) -> World {
    let mut config = DeskConfig::default();
    config.bot_time_limit = Duration::from_millis(5);
    World::build(|desk| desk.bot(bot.clone()).config(config))
}

fn texts(messages: &[Message]) -> Vec<(SenderKind, &str)> {
    messages.iter().map(|message| (message.sender.kind, message.body.as_str())).collect()
}

#[test]
fn the_bot_answers_a_customer_it_owns() {
    let bot = ScriptedBot::new().says("It costs 5.");
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let events = world.events_of(|| world.say(&ann(), chat.id, "How much?").unwrap());
    assert_eq!(events, [EventKind::MessageCreated, EventKind::MessageCreated]);
    let messages = world.messages(chat.id);
    assert_eq!(texts(&messages), [(SenderKind::User, "How much?"), (SenderKind::Bot, "It costs 5.")]);
    let session = world.session(chat.id);
    assert_eq!((session.owner, session.bot_seq, session.waiting_since), (Owner::Bot, 1, None));
}

#[test]
fn the_answers_trace_score_and_category_are_stored_with_it() {
    let mut answer = about("pricing", true, "It costs 5.");
    answer.score = 0.75;
    answer.trace.0.insert("rules".to_owned(), "how much".into());
    answer.suggestions = vec![Suggestion { label: "Plans".to_owned(), intent_id: Some("plans".to_owned()) }];
    answer.dialogue.0.insert("asked".to_owned(), 1.into());
    let bot = ScriptedBot::new().answers(answer.clone());
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "How much?").unwrap();

    let message = world.messages(chat.id).pop().unwrap();
    assert_eq!(message.suggestions, answer.suggestions);
    let metadata = message.metadata.as_map();
    assert_eq!(
        (metadata["decision"].as_str(), metadata["category"].as_str()),
        (Some("answer"), Some("pricing"))
    );
    assert_eq!(metadata["score"].as_f64(), Some(0.75));
    let trace = async {
        let mut tx = world.store.begin_read(&TenantId::default()).await.unwrap();
        tx.bot_log().find_trace(chat.id, 2).await.unwrap().unwrap()
    };
    assert_eq!(run(trace).trace, answer.trace);

    world.say(&ann(), chat.id, "And yearly?").unwrap();
    assert_eq!(bot.heard()[1].dialogue, answer.dialogue, "its memory comes with the next turn");
}

#[test]
fn the_clicked_suggestion_is_told_to_the_bot() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let click = NewMessage { intent_id: Some("plans".to_owned()), ..NewMessage::new(body("Plans")) };
    run(world.desk.send_message(&ann(), chat.id, &click, None)).unwrap();
    assert_eq!(bot.heard()[0].intent_id.as_deref(), Some("plans"));
    assert_eq!(bot.heard()[0].visitor.name.as_deref(), Some("Ann"));
}

#[test]
fn the_chat_takes_the_category_of_tasks_answered_and_never_of_small_talk() {
    let mut unsure = about("license", true, "Did you mean …?");
    unsure.decision = Decision::DidYouMean;
    let mut gives_up = handoff("A human will help with your domain.");
    (gives_up.category, gives_up.is_task) = (Some("domain".to_owned()), true);
    let bot = ScriptedBot::new()
        .answers(about("greeting", false, "Hello!"))
        .answers(about("pricing", true, "It costs 5."))
        .answers(about("thanks", false, "You are welcome."))
        .answers(unsure)
        .answers(gives_up);
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    for expected in [None, Some("pricing"), Some("pricing"), Some("pricing"), Some("domain")] {
        world.say(&ann(), chat.id, "…?").unwrap();
        assert_eq!(world.session(chat.id).category.map(String::from).as_deref(), expected);
    }
}

#[test]
fn a_handoff_puts_the_chat_into_the_queue_and_tells_the_customer() {
    let bot = ScriptedBot::new().answers(handoff("I will get a human."));
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let asked = world.now();
    let events = world.events_of(|| world.say(&ann(), chat.id, "Human please").unwrap());
    let created = EventKind::MessageCreated;
    assert_eq!(events, [created, created, created, EventKind::SessionUpdated]);
    let session = world.session(chat.id);
    assert_eq!((session.owner, session.waiting_since), (Owner::Queue, Some(asked)));
    let messages = world.messages(chat.id);
    let handed_off = world.desk.config().texts.handed_off_away.clone();
    assert_eq!(
        texts(&messages)[1..],
        [(SenderKind::Bot, "I will get a human."), (SenderKind::System, &*handed_off)]
    );
    world.say(&ann(), chat.id, "Anybody?").unwrap();
    assert_eq!(bot.heard().len(), 1, "the bot owns it no more");
}

#[test]
fn who_is_handed_over_waits_since_the_question_and_not_since_the_answer() {
    for bot in [ScriptedBot::new().answers(handoff("I will get a human.")), ScriptedBot::new().fails()] {
        let world = desk_with(&bot);
        let chat = world.chat(&ann());
        let asked = world.now();
        run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body("Human please")), None)).unwrap();
        world.advance(TimeDelta::seconds(40));
        run(world.desk.answer_session(&TenantId::default(), chat.id, None)).unwrap();
        assert_eq!(world.session(chat.id).waiting_since, Some(asked));
    }
}

#[test]
fn a_bot_that_fails_while_somebody_is_there_says_so() {
    let world = desk_with(&ScriptedBot::new().fails());
    let mut agent = Agent::new(user_id("amy"), "Amy");
    agent.availability = Availability::Online;
    run(world.desk.register_agent(&TenantId::default(), &agent)).unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "How much?").unwrap();
    let told = world.messages(chat.id).pop().unwrap();
    assert_eq!(told.body.as_str(), world.desk.config().texts.handed_off);
}

#[test]
fn a_click_belongs_to_the_last_message_alone() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    for text in ["typed", "clicked"] {
        run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body(text)), None)).unwrap();
    }
    run(world.desk.answer_session(&TenantId::default(), chat.id, Some("pricing"))).unwrap();
    let heard: Vec<_> = bot.heard().into_iter().map(|turn| turn.intent_id).collect();
    assert_eq!(heard, [None, Some("pricing".to_owned())]);
}

/// A visitor is never stranded.
fn hands_over(bot: &ScriptedBot) {
    let world = desk_with(bot);
    let chat = world.chat(&ann());
    let asked = world.now();
    let sent = world.say(&ann(), chat.id, "How much?").unwrap();
    assert_eq!(sent.message.seq, 1);
    let session = world.session(chat.id);
    assert_eq!((session.owner, session.waiting_since), (Owner::Queue, Some(asked)));
    let texts = &world.desk.config().texts;
    let messages = world.messages(chat.id);
    let said: Vec<_> = messages[1..].iter().map(|message| message.body.as_str()).collect();
    assert_eq!(said, [&texts.bot_failed, &texts.handed_off_away]);
    let metadata = messages[1].metadata.as_map();
    assert_eq!(metadata["handoff"].as_str(), Some("bot_error"));
}

#[test]
fn a_bot_that_fails_hands_over() {
    hands_over(&ScriptedBot::new().fails());
}

#[test]
fn a_bot_that_panics_hands_over() {
    hands_over(&ScriptedBot::new().panics());
}

#[test]
fn a_bot_that_never_returns_hands_over() {
    hands_over(&ScriptedBot::new().never_returns());
}

#[test]
fn a_welcome_that_panics_or_cannot_be_kept_strands_nobody() {
    let nul = Welcome::new("a\u{0}b");
    for bot in [ScriptedBot::new().panicking_at_welcome(), ScriptedBot::new().welcoming_with(nul)] {
        let world = desk_with(&bot);
        let (guest, chat, _) = world.guest();
        assert_eq!((chat.owner, chat.last_seq), (Owner::Bot, 0));
        world.say(&guest, chat.id, "hello").unwrap();
        assert_eq!(world.messages(chat.id).len(), 2);
    }
}

#[test]
fn unanswered_questions_are_kept_for_the_author() {
    let mut miss = Answer::new(Decision::Fallback, "Say that again?");
    miss.unanswered = true;
    let world = desk_with(&ScriptedBot::new().answers(miss).says("Ah."));
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "Blah, BLAH!").unwrap();
    world.say(&ann(), chat.id, "Known").unwrap();
    let questions = async {
        let mut tx = world.store.begin_read(&TenantId::default()).await.unwrap();
        tx.bot_log().list_unanswered(&PageRequest::default()).await.unwrap().items
    };
    let questions = run(questions);
    assert_eq!(questions.len(), 1);
    assert_eq!((questions[0].seq, questions[0].normalized.as_str()), (1, "blah blah"));
}

#[test]
fn a_humans_first_word_beats_the_bots_late_answer() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let (desk, id) = (world.desk.clone(), chat.id);
    bot.says_late("Too late", move || {
        desk.send_message(&amy(), id, &NewMessage::new(body("I have it")), None).block_on().unwrap();
    });
    world.say(&ann(), chat.id, "hello").unwrap();
    let messages = world.messages(chat.id);
    assert_eq!(texts(&messages), [(SenderKind::User, "hello"), (SenderKind::Admin, "I have it")]);
    assert_eq!(world.session(chat.id).assignee.unwrap().id, user_id("amy"));
}

#[test]
fn a_handoff_or_a_close_beats_the_bots_late_answer() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let (queued, closed) = (world.chat(&ann()), world.chat(&ann()));
    let desk = world.desk.clone();
    bot.says_late("Too late", move || {
        desk.request_handoff(&ann(), queued.id, None).block_on().unwrap();
    });
    world.say(&ann(), queued.id, "hello").unwrap();
    let desk = world.desk.clone();
    bot.says_late("Too late", move || {
        desk.close_session(&ann(), closed.id, None).block_on().unwrap();
    });
    world.say(&ann(), closed.id, "hello").unwrap();
    for id in [queued.id, closed.id] {
        assert!(world.messages(id).iter().all(|message| message.sender.kind != SenderKind::Bot));
    }
}

#[test]
fn a_message_is_answered_once_however_many_ask() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let (desk, id) = (world.desk.clone(), chat.id);
    bot.says_late("First", move || {
        desk.answer_session(&TenantId::default(), id, None).block_on().unwrap();
    });
    world.say(&ann(), chat.id, "hello").unwrap();
    let messages = world.messages(chat.id);
    assert_eq!(texts(&messages), [(SenderKind::User, "hello"), (SenderKind::Bot, "noted")]);
    assert_eq!(run(world.desk.answer_session(&TenantId::default(), chat.id, None)).unwrap(), None);
}

#[test]
fn messages_that_came_meanwhile_are_answered_in_their_order() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    for text in ["one", "two", "three"] {
        run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body(text)), None)).unwrap();
    }
    run(world.desk.answer_session(&TenantId::default(), chat.id, None)).unwrap();
    let heard: Vec<_> = bot.heard().into_iter().map(|turn| turn.text).collect();
    assert_eq!(heard, ["one", "two", "three"]);
    assert_eq!(world.session(chat.id).bot_seq, 3);
}

#[test]
fn a_chat_still_waits_while_a_later_message_is_unanswered() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    let post = |text: &str| {
        run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body(text)), None)).unwrap();
    };
    post("one");
    world.advance(TimeDelta::seconds(1));
    let asked_again = world.now();
    post("two");
    let (desk, id) = (world.desk.clone(), chat.id);
    bot.clone().says("first");
    bot.says_late("second", move || {
        let view = desk.find_session(&amy(), id).block_on().unwrap().unwrap();
        assert_eq!(view.session.waiting_since, Some(asked_again));
    });
    run(world.desk.answer_session(&TenantId::default(), chat.id, None)).unwrap();
    assert_eq!(world.messages(chat.id).last().unwrap().body.as_str(), "second");
    assert_eq!(world.session(chat.id).waiting_since, None);
}

#[test]
fn the_bot_answers_again_when_its_chat_is_reopened() {
    let bot = ScriptedBot::new();
    let world = desk_with(&bot);
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    world.say(&ann(), chat.id, "one more").unwrap();
    assert_eq!(world.messages(chat.id).len(), 2);
}

#[test]
fn a_failing_bot_does_not_undo_the_message() {
    let world = desk_with(&ScriptedBot::new().panics());
    let chat = world.chat(&ann());
    assert!(world.say(&ann(), chat.id, "hello").is_ok());
    let limit = Limit::default();
    let range = support_core::message::MessageRange { after_seq: None, before_seq: Some(2), limit };
    assert_eq!(run(world.desk.list_messages(&ann(), chat.id, &range)).unwrap().len(), 1);
}

#[test]
fn a_bot_that_says_nothing_or_what_cannot_be_kept_hands_over() {
    hands_over(&ScriptedBot::new().says("  \u{200b} "));
    hands_over(&ScriptedBot::new().says(&"x".repeat(10_001)));
    hands_over(&ScriptedBot::new().says("a\u{0}b"));
    let mut label = Answer::new(Decision::Answer, "Choose");
    label.suggestions = vec![Suggestion { label: "a\u{0}b".to_owned(), intent_id: None }];
    hands_over(&ScriptedBot::new().answers(label));
    let mut memory = Answer::new(Decision::Answer, "I remember");
    memory.dialogue.0.insert("said".to_owned(), "a\u{0}b".into());
    hands_over(&ScriptedBot::new().answers(memory));
    let mut trace = Answer::new(Decision::Answer, "Because");
    trace.trace.0.insert("why".to_owned(), serde_json::json!([{ "a\u{0}b": 1 }]));
    hands_over(&ScriptedBot::new().answers(trace));
}
