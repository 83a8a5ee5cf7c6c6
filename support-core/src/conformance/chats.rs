//! Chat sessions, one by one, and which of them the desk must look after.

use std::net::IpAddr;

use super::fixtures::{
    Desk, HOSTILE, HOSTILE_LINE, assert_refused, assert_same, assignee, at, category, greatest_json, guest,
    hostile_json, limited, long, person, sender, subject, talkative_guest, together, user, user_id,
};
use crate::{
    access::Scope,
    bot::Dialogue,
    chat::{Customer, GuestToken, LastMessage, Owner, Session, SessionStatus},
    id::{SessionId, UserId},
    message::SenderKind,
    person::Person,
    store::{Store, StoreError},
    text::{Category, Email, Feedback, PersonName, Phone, Rating, Subject},
    ticket::Assignee,
};

/// A session with a hostile value in every field.
fn hostile_session(desk: &Desk<'_>, customer: Customer) -> Session {
    Session {
        status: SessionStatus::Closed,
        owner: Owner::Agent,
        subject: Some(subject(HOSTILE_LINE)),
        category: Some(category("billing_2-b")),
        assignee: Some(Assignee { id: user_id(" agent "), name: format!(" {HOSTILE_LINE} ") }),
        rating: Some(Rating::new(1).unwrap()),
        feedback: Some(Feedback::parse(HOSTILE).unwrap()),
        rated_at: Some(at(1)),
        last_seq: 12,
        last_customer_seq: 11,
        bot_seq: 10,
        last_message: Some(LastMessage {
            sender_type: SenderKind::Bot,
            preview: format!(" {HOSTILE_LINE} "),
            created_at: at(2),
        }),
        waiting_since: Some(at(3)),
        customer_active_at: at(4),
        dialogue: Dialogue(hostile_json().into()),
        metadata: hostile_json(),
        ip_address: Some(IpAddr::from([192, 0, 2, 0])),
        user_agent: Some(format!(" {HOSTILE_LINE} ")),
        version: 9,
        created_at: at(5),
        updated_at: at(6),
        closed_at: Some(at(7)),
        ..desk.session(customer)
    }
}

async fn assert_kept(desk: &Desk<'_>, session: &Session) {
    let found = desk.read(async |t| t.chats().find(session.id, &Scope::Everything).await.unwrap()).await;
    assert_same(&found.unwrap(), session);
}

pub async fn every_field_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let named = person("User|42 é\u{301} ").named(format!(" {HOSTILE_LINE} ")).with_email("Ünï@Example");
    for customer in [Customer::User(named), talkative_guest("Zoë O'Hara", "MiXed.Case+tag@Example.org")] {
        let ticket = desk.add_ticket(desk.ticket()).await;
        let session = Session { ticket_id: Some(ticket.id), ..hostile_session(&desk, customer) };
        assert_kept(&desk, &desk.add_session(session).await).await;
    }
}

pub async fn absent_values_stay_absent(store: &dyn Store) {
    let desk = Desk::new(store);
    let bare = Customer::User(Person::new(user_id("bare")));
    let empty = Customer::User(person("empty").named("").with_email(""));
    for customer in [guest(), bare, empty] {
        assert_kept(&desk, &desk.add_session(desk.session(customer)).await).await;
    }
}

pub async fn the_longest_values_are_kept(store: &dyn Store) {
    let desk = Desk::new(store);
    let Customer::Guest(mut contact) = guest() else { unreachable!("a guest is a guest") };
    contact.name = Some(PersonName::parse(long(PersonName::MAX)).unwrap());
    let labels = ["d".repeat(63), "e".repeat(63), "f".repeat(53)].join(".");
    contact.email = Some(Email::parse(format!("{}@{labels}.example", "l".repeat(64))).unwrap());
    contact.phone = Some(Phone::parse("+123456789012345").unwrap());
    assert_eq!(contact.email.as_ref().unwrap().as_str().len(), Email::MAX);
    let longest_id = UserId::parse(long(UserId::MAX)).unwrap();
    let session = Session {
        subject: Some(subject(&long(Subject::MAX))),
        category: Some(category(&"c".repeat(Category::MAX))),
        assignee: Some(Assignee { id: longest_id.clone(), name: long(128) }),
        feedback: Some(Feedback::parse(long(Feedback::MAX)).unwrap()),
        rating: Some(Rating::new(5).unwrap()),
        last_message: Some(LastMessage {
            sender_type: SenderKind::User,
            preview: long(LastMessage::MAX_PREVIEW),
            created_at: at(0),
        }),
        dialogue: Dialogue(greatest_json().into()),
        metadata: greatest_json(),
        ip_address: Some("2001:db8:ffff::".parse().unwrap()),
        user_agent: Some(long(255)),
        ..desk.session(Customer::Guest(contact))
    };
    assert_kept(&desk, &desk.add_session(session).await).await;
    let person = Person::new(longest_id).named(long(128)).with_email(long(63));
    assert_kept(&desk, &desk.add_session(desk.session(Customer::User(person))).await).await;
}

pub async fn every_status_owner_and_rating_is_read_back(store: &dyn Store) {
    let desk = Desk::new(store);
    for status in SessionStatus::ALL.iter().copied() {
        for owner in Owner::ALL.iter().copied() {
            assert_kept(&desk, &desk.add_session(Session { status, owner, ..desk.session(guest()) }).await)
                .await;
        }
    }
    for stars in 1..=5 {
        let rating = Some(Rating::new(stars).unwrap());
        assert_kept(&desk, &desk.add_session(Session { rating, ..desk.session(guest()) }).await).await;
    }
    for sender_type in SenderKind::ALL.iter().copied() {
        let last = LastMessage { sender_type, preview: "hello".to_owned(), created_at: at(1) };
        let session = Session { last_message: Some(last), ..desk.session(guest()) };
        assert_kept(&desk, &desk.add_session(session).await).await;
    }
}

pub async fn a_taken_id_or_token_is_refused(store: &dyn Store) {
    let desk = Desk::new(store);
    let token = GuestToken::from_secret([1; 32]).hash();
    let first = desk.add_guest_session(Some(&token)).await;
    let same_id = Session { id: first.id, ..desk.session(guest()) };
    assert_refused!(
        desk.refused(async |t| t.chats().insert(&same_id, None).await).await,
        StoreError::AlreadyExists
    );
    let same_token = desk.session(guest());
    let refused = desk.refused(async |t| t.chats().insert(&same_token, Some(&token)).await).await;
    assert_refused!(refused, StoreError::AlreadyExists);
    assert_kept(&desk, &first).await;
    let found = desk.read(async |t| t.chats().find(same_token.id, &Scope::Everything).await.unwrap()).await;
    assert_eq!(found, None);
}

pub async fn sessions_without_a_token_are_many(store: &dyn Store) {
    let desk = Desk::new(store);
    let (a, b) = (desk.add_guest_session(None).await, desk.add_guest_session(None).await);
    assert_kept(&desk, &a).await;
    assert_kept(&desk, &b).await;
}

pub async fn a_token_finds_its_session_and_no_other(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut secret = [0xff; 32];
    let a = GuestToken::from_secret(secret).hash();
    secret[31] = 0xfe;
    let b = GuestToken::from_secret(secret).hash();
    let first = desk.add_guest_session(Some(&a)).await;
    let second = desk.add_guest_session(Some(&b)).await;
    desk.add_guest_session(None).await;
    for (hash, session) in [(a, first), (b, second)] {
        let found = desk.read(async |t| t.chats().find_by_token(&hash).await.unwrap()).await;
        assert_eq!(found, Some((session.id, hash)));
    }
    let unknown = GuestToken::from_secret([0; 32]).hash();
    assert_eq!(desk.read(async |t| t.chats().find_by_token(&unknown).await.unwrap()).await, None);
}

pub async fn a_token_outlives_every_update(store: &dyn Store) {
    let desk = Desk::new(store);
    let token = GuestToken::from_secret([2; 32]).hash();
    let mut session = desk.add_guest_session(Some(&token)).await;
    session.status = SessionStatus::Closed;
    desk.write(async |t| t.chats().update(&mut session).await.unwrap()).await;
    let found = desk.read(async |t| t.chats().find_by_token(&token).await.unwrap()).await;
    assert_eq!(found, Some((session.id, token)));
}

pub async fn an_update_changes_every_field_and_raises_the_version(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let plain = desk.add_session(desk.session(guest())).await;
    let untouched = desk.add_session(desk.session(guest())).await;
    let mut changed = Session {
        id: plain.id,
        created_at: plain.created_at,
        version: plain.version,
        ticket_id: Some(ticket.id),
        ..hostile_session(&desk, talkative_guest("Zoë", "zoe@example.org"))
    };
    desk.write(async |t| t.chats().update(&mut changed).await.unwrap()).await;
    assert_eq!(changed.version, plain.version + 1);
    assert_kept(&desk, &changed).await;

    let mut back = Session { version: changed.version, ..plain };
    desk.write(async |t| t.chats().update(&mut back).await.unwrap()).await;
    assert_kept(&desk, &back).await;
    assert_kept(&desk, &untouched).await;
}

pub async fn an_update_of_another_version_conflicts(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut current = desk.add_session(desk.session(guest())).await;
    let stale = Session { subject: Some(subject("stale")), ..current.clone() };
    desk.write(async |t| t.chats().update(&mut current).await.unwrap()).await;
    let ahead = Session { version: current.version + 1, ..stale.clone() };
    for mut wrong in [stale, ahead] {
        assert_refused!(
            desk.refused(async |t| t.chats().update(&mut wrong).await).await,
            StoreError::Conflict
        );
    }
    assert_kept(&desk, &current).await;
}

pub async fn an_update_of_what_is_not_there_is_not_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut absent = desk.session(guest());
    assert_refused!(desk.refused(async |t| t.chats().update(&mut absent).await).await, StoreError::NotFound);
}

pub async fn a_scope_decides_what_is_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let hers = Session { assignee: Some(assignee("bob")), ..desk.session(user("ann")) };
    let hers = desk.add_session(hers).await;
    let a_guests = desk.add_session(desk.session(guest())).await;
    let cases = [
        (Scope::Everything, true, true),
        (Scope::Nothing, false, false),
        (Scope::Customer(user_id("ann")), true, false),
        (Scope::Customer(user_id("Ann")), false, false),
        (Scope::Customer(user_id("bob")), false, false),
        (Scope::Session(hers.id), true, false),
        (Scope::Session(a_guests.id), false, true),
    ];
    for (scope, finds_hers, finds_a_guests) in cases {
        for (session, finds) in [(&hers, finds_hers), (&a_guests, finds_a_guests)] {
            let found = desk.read(async |t| t.chats().find(session.id, &scope).await.unwrap()).await;
            assert_eq!(found.is_some(), finds, "{} within {scope:?}", session.id);
        }
    }
    let absent = desk.session(guest()).id;
    let found = desk.read(async |t| t.chats().find(absent, &Scope::Everything).await.unwrap()).await;
    assert_eq!(found, None);
}

pub async fn the_active_session_of_a_user_is_the_last_begun(store: &dyn Store) {
    let desk = Desk::new(store);
    let active_of = async |id: &str| {
        let id = user_id(id);
        desk.read(async |t| t.chats().find_active_of(&id).await.unwrap()).await.map(|session| session.id)
    };
    assert_eq!(active_of("ann").await, None);
    let begun =
        |moment, status, customer| Session { created_at: at(moment), status, ..desk.session(customer) };
    let last = desk.add_session(begun(5, SessionStatus::Active, user("ann"))).await;
    for session in [
        begun(3, SessionStatus::Active, user("ann")),
        begun(9, SessionStatus::Closed, user("ann")),
        begun(9, SessionStatus::Archived, user("ann")),
        begun(9, SessionStatus::Active, user("Ann")),
        begun(9, SessionStatus::Active, guest()),
    ] {
        desk.add_session(session).await;
    }
    assert_eq!(active_of("ann").await, Some(last.id));
    assert_eq!(active_of("eve").await, None);
}

async fn idle(desk: &Desk<'_>, before: i64, limit: i64) -> Vec<SessionId> {
    desk.read(async |t| t.chats().list_idle(at(before), limited(limit)).await.unwrap()).await
}

/// Whoever finds none begins one, and the next finds it.
pub async fn of_many_who_find_no_active_session_one_begins_it(store: &dyn Store) {
    let desk = Desk::new(store);
    let begun = together((0..8).map(|_| {
        desk.write_among_others(async |t| {
            if let Some(found) = t.chats().find_active_of(&user_id("ann")).await? {
                return Ok(found.id);
            }
            // Gives the others a chance to come in between.
            store.pause(0).await;
            let session = desk.session(user("ann"));
            t.chats().insert(&session, None).await?;
            Ok(session.id)
        })
    }))
    .await;
    assert!(begun.iter().all(|id| *id == begun[0]), "{begun:?}");
}

pub async fn idle_sessions_are_active_and_silent_longest_ago_first(store: &dyn Store) {
    let desk = Desk::new(store);
    let silent = |moment, status| Session {
        customer_active_at: at(moment),
        updated_at: at(50),
        status,
        ..desk.session(guest())
    };
    let mut ids = Vec::new();
    for session in [
        silent(8, SessionStatus::Active),
        silent(3, SessionStatus::Active),
        silent(10, SessionStatus::Active),
        silent(5, SessionStatus::Active),
        silent(1, SessionStatus::Closed),
        silent(1, SessionStatus::Archived),
        // Whoever waits for an answer is not idle.
        Session { waiting_since: Some(at(1)), ..silent(1, SessionStatus::Active) },
    ] {
        ids.push(desk.add_session(session).await.id);
    }
    assert_eq!(idle(&desk, 10, 100).await, [ids[1], ids[3], ids[0]]);
    assert_eq!(idle(&desk, 10, 2).await, [ids[1], ids[3]]);
    assert_eq!(idle(&desk, 3, 100).await, []);
}

pub async fn unanswered_sessions_are_the_bots_with_a_message_it_has_not_dealt_with(store: &dyn Store) {
    let desk = Desk::new(store);
    let customer = || sender(SenderKind::User, None);
    let mut ids = Vec::new();
    for (moment, status, owner) in [
        (8, SessionStatus::Active, Owner::Bot),
        (3, SessionStatus::Active, Owner::Bot),
        (10, SessionStatus::Active, Owner::Bot),
        (2, SessionStatus::Active, Owner::Queue),
        (2, SessionStatus::Active, Owner::Agent),
        (2, SessionStatus::Closed, Owner::Bot),
    ] {
        let mut session = desk.add_session(Session { status, owner, ..desk.session(guest()) }).await;
        desk.say(&mut session, sender(SenderKind::Bot, None), "welcome", at(1)).await;
        desk.say(&mut session, customer(), "hello", at(moment)).await;
        ids.push(session.id);
    }
    // One that the bot has answered, and one in which nobody has said anything.
    let mut answered = desk.add_session(Session { owner: Owner::Bot, ..desk.session(guest()) }).await;
    desk.say(&mut answered, customer(), "hello", at(1)).await;
    desk.say(&mut answered, sender(SenderKind::Bot, None), "hello", at(2)).await;
    desk.add_session(Session { owner: Owner::Bot, ..desk.session(guest()) }).await;

    let unanswered = async |before, limit| {
        desk.read(async |t| t.chats().list_unanswered(at(before), limited(limit)).await.unwrap()).await
    };
    assert_eq!(unanswered(10, 100).await, [ids[1], ids[0]]);
    assert_eq!(unanswered(10, 1).await, [ids[1]]);
    assert_eq!(unanswered(3, 100).await, []);

    // The bot answers one, and the customer of the answered one writes again.
    let mut first =
        desk.read(async |t| t.chats().find(ids[1], &Scope::Everything).await.unwrap()).await.unwrap();
    desk.say(&mut first, sender(SenderKind::Bot, None), "hello", at(11)).await;
    desk.say(&mut answered, customer(), "and now?", at(9)).await;
    assert_eq!(unanswered(10, 100).await, [ids[0], answered.id]);
}
