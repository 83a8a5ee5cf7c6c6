//! Two processes of a desk on one database that tell each other over a real NATS server, `SUPPORT_TEST_NATS_URL`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bus;

use std::time::Duration;

use support_core::{
    SupportDesk,
    access::Principal,
    chat::Session,
    desk::{
        DeskConfig, Target,
        chat::{NewMessage, NewSession},
        live::{Delivery, Doing, Heard, SeenObject, SignalSubject, Subscription, Topic},
    },
    event::EventKind,
    id::{TenantId, UserId},
    person::{Availability, Person},
    text::Body,
};
use support_store_sqlx::SqliteStore;
use tempfile::TempDir;

use crate::bus::{Bus, Proxy};

/// Longer than anything here takes, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(60);

fn user(id: &str, name: &str) -> Principal {
    Principal::user(Person::new(UserId::parse(id).unwrap()).named(name))
}

fn ann() -> Principal {
    user("ann", "Ann")
}

fn ada() -> Principal {
    Principal::agent(Person::new(UserId::parse("ada").unwrap()).named("Ada"))
}

fn elsewhere(principal: Principal) -> Principal {
    principal.at(TenantId::parse("elsewhere").unwrap())
}

/// A process of the desk. It never looks at the store by itself, so that whatever arrives was told of.
async fn instance(directory: &TempDir, bus: &Bus, through: Option<&Proxy>) -> SupportDesk {
    let mut config = DeskConfig::default();
    config.event_poll = Duration::from_secs(3_600);
    let url = format!("sqlite:{}", directory.path().join("support.db").display());
    let store = SqliteStore::connect(&url).await.unwrap();
    SupportDesk::builder(store).config(config).wake(bus.wake(through).await).build()
}

async fn follow(desk: &SupportDesk, by: &Principal) -> Subscription {
    let subscription = desk.subscribe(by, Topic::Chats, None).await.unwrap();
    if let Some(feed) = desk.feed() {
        tokio::spawn(feed);
    }
    subscription
}

async fn start_chat(desk: &SupportDesk, by: &Principal) -> Session {
    desk.start_session(by, &NewSession::default(), None).await.unwrap().view.session
}

async fn say(desk: &SupportDesk, by: &Principal, chat: &Session, text: &str) {
    let message = NewMessage::new(Body::parse(text).unwrap());
    desk.send_message(by, chat.id, &message, None).await.unwrap();
}

async fn next(subscription: &mut Subscription) -> Delivery {
    tokio::time::timeout(FOREVER, subscription.next()).await.expect("nothing came").unwrap()
}

/// The text of the next message; what else happens is of no interest here.
async fn next_message(subscription: &mut Subscription) -> String {
    loop {
        if let Delivery::Event(seen) = next(subscription).await
            && let SeenObject::Message(message) = &seen.object
        {
            return message.body.as_str().to_owned();
        }
    }
}

async fn next_signal(subscription: &mut Subscription) -> Heard {
    loop {
        if let Delivery::Signal(heard) = next(subscription).await {
            return heard;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_in_one_process_is_told_in_the_other() {
    let Some(bus) = Bus::new() else { return };
    let directory = TempDir::new().unwrap();
    let (here, there) = (instance(&directory, &bus, None).await, instance(&directory, &bus, None).await);
    let mut of_ada = follow(&here, &ada()).await;
    let chat = start_chat(&there, &ann()).await;
    let Delivery::Event(seen) = next(&mut of_ada).await else { panic!("no event") };
    assert_eq!(seen.kind, EventKind::SessionCreated);
    for n in 0..20 {
        say(&there, &ann(), &chat, &format!("message {n}")).await;
        assert_eq!(next_message(&mut of_ada).await, format!("message {n}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_and_presence_cross_from_process_to_process() {
    let Some(bus) = Bus::new() else { return };
    let directory = TempDir::new().unwrap();
    let (here, there) = (instance(&directory, &bus, None).await, instance(&directory, &bus, None).await);
    let chat = start_chat(&there, &ann()).await;
    let mut of_ada = follow(&here, &ada()).await;
    there.show_typing(&ann(), Target::Session(chat.id), Doing::Now).await.unwrap();
    let Heard::Typing { name, doing, .. } = next_signal(&mut of_ada).await else { panic!("no typing") };
    assert_eq!((name.as_deref(), doing), (Some("Ann"), Doing::Now));
    let amy = Principal::agent(Person::new(UserId::parse("amy").unwrap()).named("Amy"));
    there.note_presence(&amy);
    let Heard::Availability { agent, availability, .. } = next_signal(&mut of_ada).await else {
        panic!("no presence")
    };
    assert_eq!((agent.as_str(), availability), ("amy", Availability::Online));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_cut_loses_nothing() {
    let Some(bus) = Bus::new() else { return };
    let directory = TempDir::new().unwrap();
    let proxy = Proxy::before(&bus).await;
    let (here, there) =
        (instance(&directory, &bus, Some(&proxy)).await, instance(&directory, &bus, None).await);
    let chat = start_chat(&there, &ann()).await;
    let mut of_ada = follow(&here, &ada()).await;
    say(&there, &ann(), &chat, "before").await;
    assert_eq!(next_message(&mut of_ada).await, "before");
    for round in 0..3 {
        proxy.cut();
        for n in 0..5 {
            say(&there, &ann(), &chat, &format!("{round}, {n}")).await;
        }
        proxy.mend();
        for n in 0..5 {
            assert_eq!(next_message(&mut of_ada).await, format!("{round}, {n}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_word_of_the_desk_is_ignored() {
    let Some(bus) = Bus::new() else { return };
    let directory = TempDir::new().unwrap();
    let (here, there) = (instance(&directory, &bus, None).await, instance(&directory, &bus, None).await);
    let chat = start_chat(&there, &ann()).await;
    let mut of_ada = follow(&here, &ada()).await;
    for word in
        [&b"nonsense"[..], b"{}", b"{\"from\":1}", b"null", b"\xff\xfe\x00", &[b'['; 7_000], &[b'x'; 500_000]]
    {
        bus.say(word).await;
    }
    say(&there, &ann(), &chat, "still here").await;
    assert_eq!(next_message(&mut of_ada).await, "still here");
    there.show_typing(&ann(), Target::Session(chat.id), Doing::Now).await.unwrap();
    assert!(matches!(next_signal(&mut of_ada).await, Heard::Typing { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenants_hear_nothing_of_each_other() {
    let Some(bus) = Bus::new() else { return };
    let directory = TempDir::new().unwrap();
    let (here, there) = (instance(&directory, &bus, None).await, instance(&directory, &bus, None).await);
    let chat = start_chat(&there, &ann()).await;
    let theirs = start_chat(&there, &elsewhere(ann())).await;
    let mut of_ada = follow(&here, &ada()).await;
    there.show_typing(&elsewhere(ann()), Target::Session(theirs.id), Doing::Now).await.unwrap();
    there.note_presence(&elsewhere(user_agent("mallory")));
    say(&there, &elsewhere(ann()), &theirs, "not for here").await;
    // Whoever can write to the bus names our tenant, and a chat that is not ours.
    let forged = format!(
        r#"{{"from":"01890000-0000-7000-8000-000000000000","tenant":"default","signal":{{"typing":{{
            "subject":{{"session":"{}"}},"who":{{"key":"user:x","id":null,"name":"X","side":"customer"}},"doing":"now"}}}}}}"#,
        theirs.id
    );
    bus.say(forged.as_bytes()).await;
    let real = forged.replace(&theirs.id.to_string(), &chat.id.to_string());
    bus.say(real.as_bytes()).await;
    say(&there, &ann(), &chat, "for here").await;
    let (mut read, mut heard) = (None, None);
    while read.is_none() || heard.is_none() {
        match next(&mut of_ada).await {
            Delivery::Event(seen) => {
                let SeenObject::Message(message) = &seen.object else { continue };
                read.get_or_insert_with(|| message.body.as_str().to_owned());
            }
            // A well-formed word about a chat of ours is heard, so that the forged one before it was well-formed too.
            Delivery::Signal(Heard::Typing { subject, .. }) => _ = heard.get_or_insert(subject),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((read.as_deref(), heard), (Some("for here"), Some(SignalSubject::Session(chat.id))));
}

fn user_agent(id: &str) -> Principal {
    Principal::agent(Person::new(UserId::parse(id).unwrap()).named("Mallory"))
}
