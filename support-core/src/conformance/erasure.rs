//! Erasing a person: what is theirs goes, and nothing of others'.

use serde_json::json;

use super::{
    bot_log, deliveries,
    fixtures::{
        Desk, assert_same, at, first_page, limited, reader, sender, session_event, staff, talkative_guest,
        ticket_event, user, user_id,
    },
    idempotency::record,
};
use crate::{
    access::Scope,
    chat::{GuestToken, Session},
    event::{EventSubject, Position},
    id::TicketId,
    message::SenderKind,
    person::Actor,
    store::{ErasureCounts, IdempotencyRecord, PersonExport, PersonKey, Store, Transaction},
    ticket::{EntryKind, HistoryChange, ResolutionCycle, Ticket, TicketFilter, Visibility},
};

pub(super) async fn erase(desk: &Desk<'_>, person: &PersonKey) -> ErasureCounts {
    desk.write(async |t| t.people().erase(person).await.unwrap()).await
}

fn ann() -> PersonKey {
    PersonKey::User(user_id("ann"))
}

/// A ticket with two entries, a history, a stretch of work, an event and a dead letter.
pub(super) async fn add_full_ticket(desk: &Desk<'_>, ticket: Ticket) -> Ticket {
    let ticket = desk.add_ticket(ticket).await;
    desk.add_entry(ticket.id, EntryKind::PublicReply, "reply").await;
    desk.add_entry(ticket.id, EntryKind::InternalNote, "note").await;
    desk.write(async |t| {
        t.tickets().append_history(&[change(ticket.id, staff("eve"))]).await.unwrap();
        let cycle = ResolutionCycle { ticket_id: ticket.id, started_at: at(0), ended_at: at(1) };
        t.tickets().append_resolution(&cycle).await.unwrap();
        let event = ticket_event(ticket.id, at(0));
        t.events().append(&event).await.unwrap();
        let letter = deliveries::dead_letter(desk, event.subject, at(0));
        t.deliveries().upsert_dead_letter(&letter).await.unwrap();
    })
    .await;
    ticket
}

pub(super) fn change(ticket_id: TicketId, actor: Actor) -> HistoryChange {
    HistoryChange {
        ticket_id,
        at: at(0),
        actor,
        field: "status".to_owned(),
        old: json!("open"),
        new: json!(null),
    }
}

/// A session with two messages, cursors, two rows of the bot's log, an event and a dead letter.
async fn add_full_session(desk: &Desk<'_>, session: Session, customer: Option<&str>) -> Session {
    let mut session = desk.add_session(session).await;
    desk.say(&mut session, sender(SenderKind::User, customer), "where is my towel", at(1)).await;
    desk.say(&mut session, sender(SenderKind::Bot, None), "answer", at(2)).await;
    desk.write(async |t| {
        t.chats().move_read_cursor(session.id, &crate::chat::Participant::Customer, 2).await.unwrap();
        t.chats().move_read_cursor(session.id, &reader("eve"), 1).await.unwrap();
        t.bot_log().append_trace(&bot_log::trace(session.id, 2, at(0))).await.unwrap();
        let question = bot_log::question(desk, session.id, 1, at(0));
        t.bot_log().append_unanswered(&question).await.unwrap();
        let event = session_event(session.id, 1, at(0));
        t.events().append(&event).await.unwrap();
        let letter = deliveries::dead_letter(desk, event.subject, at(0));
        t.deliveries().upsert_dead_letter(&letter).await.unwrap();
    })
    .await;
    session
}

/// Everything that a read can tell of a ticket and a session.
pub(super) async fn everything_of(
    t: &mut dyn Transaction,
    ticket: &Ticket,
    session: &Session,
) -> Vec<String> {
    let everything = Scope::Everything;
    let mut all = Vec::new();
    all.push(format!("{:?}", t.tickets().find(&ticket.id.into(), &everything).await.unwrap()));
    let entries = t.tickets().list_entries(ticket.id, Visibility::Staff, &first_page()).await.unwrap();
    all.extend(entries.items.iter().map(|entry| format!("{entry:?}")));
    let history = t.tickets().list_history(ticket.id, &first_page()).await.unwrap();
    all.extend(history.items.iter().map(|change| format!("{change:?}")));
    all.push(format!("{:?}", t.chats().find(session.id, &everything).await.unwrap()));
    for seq in 1..=2 {
        all.push(format!("{:?}", t.messages().find(session.id, seq).await.unwrap()));
        all.push(format!("{:?}", t.bot_log().find_trace(session.id, seq).await.unwrap()));
    }
    all.push(t.chats().read_cursor(session.id, &reader("eve")).await.unwrap().to_string());
    let range = crate::message::MessageRange { after_seq: None, before_seq: None, limit: limited(9) };
    all.push(t.messages().list(session.id, &range).await.unwrap().len().to_string());
    all
}

async fn event_subjects(desk: &Desk<'_>) -> Vec<EventSubject> {
    let events =
        desk.read(async |t| t.events().list_after(Position::default(), limited(100)).await.unwrap()).await;
    events.into_iter().map(|event| event.subject).collect()
}

pub async fn what_is_a_users_own_goes_and_others_rows_stay_as_they_were(store: &dyn Store) {
    let desk = Desk::new(store);
    let own_ticket = add_full_ticket(&desk, desk.ticket()).await;
    let second = add_full_ticket(&desk, desk.ticket()).await;
    let own_session = add_full_session(&desk, desk.session(user("ann")), Some("ann")).await;
    let other_ticket = add_full_ticket(&desk, Ticket { requester: user("Ann"), ..desk.ticket() }).await;
    let other_session = add_full_session(&desk, desk.session(user("Ann")), Some("Ann")).await;
    desk.write(async |t| {
        for (actor, key) in [("user:ann", "1"), ("agent:ann", "2"), ("user:Ann", "3"), ("guest:ann", "4")] {
            t.idempotency().insert(&record(actor, "create", key)).await.unwrap();
        }
        // What staff were answered about what goes, and about what stays.
        for (key, about) in [
            ("5", own_ticket.id.to_string()),
            ("6", own_session.id.to_string()),
            ("7", other_ticket.id.to_string()),
            ("8", other_session.id.to_string()),
        ] {
            let outcome = json!({"version": 1, "about": {"id": about}});
            let answer = IdempotencyRecord { outcome, ..record("agent:eve", "create", key) };
            t.idempotency().insert(&answer).await.unwrap();
        }
    })
    .await;
    let last = desk.settle_events().await;
    let others_before = desk.read(async |t| everything_of(t, &other_ticket, &other_session).await).await;

    let counts = erase(&desk, &ann()).await;
    let expected = ErasureCounts {
        tickets: 2,
        entries: 4,
        sessions: 1,
        messages: 2,
        bot_log: 2,
        events: 3,
        dead_letters: 3,
        idempotency_records: 4,
        anonymized: 0,
    };
    assert_eq!(counts, expected);

    desk.read(async |t| {
        assert_eq!(everything_of(t, &other_ticket, &other_session).await, others_before);
        for ticket in [&own_ticket, &second] {
            let gone = everything_of(t, ticket, &own_session).await;
            assert_eq!(gone, ["None", "None", "None", "None", "None", "None", "0", "0"]);
        }
        assert_eq!(t.chats().find_active_of(&user_id("ann")).await.unwrap(), None);
        assert_eq!(t.people().export(&ann()).await.unwrap(), PersonExport::default());
        let questions = t.bot_log().list_unanswered(&first_page()).await.unwrap().items;
        assert_eq!(questions.iter().map(|q| q.session_id).collect::<Vec<_>>(), [other_session.id]);
        assert_eq!(t.deliveries().list_dead_letters(&first_page()).await.unwrap().items.len(), 2);
        for (actor, key, stays) in [
            ("user:ann", "1", false),
            ("user:Ann", "3", true),
            ("guest:ann", "4", true),
            ("agent:eve", "5", false),
            ("agent:eve", "6", false),
            ("agent:eve", "7", true),
            ("agent:eve", "8", true),
        ] {
            let IdempotencyRecord { key, .. } = record(actor, "create", key);
            assert_eq!(
                t.idempotency().find(actor, "create", &key).await.unwrap().is_some(),
                stays,
                "{actor}"
            );
        }
        assert_eq!(t.events().last_position().await.unwrap(), last);
    })
    .await;
    let expected =
        [ticket_event(other_ticket.id, at(0)).subject, session_event(other_session.id, 1, at(0)).subject];
    assert_eq!(event_subjects(&desk).await, expected);
    assert_eq!(erase(&desk, &ann()).await, ErasureCounts::default());
}

pub async fn figures_and_searches_forget_who_was_erased(store: &dyn Store) {
    let desk = Desk::new(store);
    add_full_ticket(&desk, Ticket { first_response_at: Some(at(1)), ..desk.ticket() }).await;
    let rated = Session {
        rating: Some(crate::text::Rating::new(5).unwrap()),
        rated_at: Some(at(1)),
        ..desk.session(user("ann"))
    };
    add_full_session(&desk, rated, Some("ann")).await;
    erase(&desk, &ann()).await;
    let stats = super::stats::of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats, crate::ticket::TicketStats::default());
    let stats = desk.read(async |t| t.chats().stats().await.unwrap()).await;
    assert_eq!(stats, crate::chat::ChatStats::default());
    for text in ["note", "help", "towel", "tkt"] {
        let search = Some(super::fixtures::query(text));
        let filter = TicketFilter {
            search: search.clone(),
            visibility: Visibility::Staff,
            ..TicketFilter::within(Scope::Everything)
        };
        assert_eq!(desk.read(async |t| t.tickets().count(&filter).await.unwrap()).await, 0, "{text}");
        let within = crate::chat::SessionFilter::within(Scope::Everything, reader("bob"));
        let filter = crate::chat::SessionFilter { search, ..within };
        assert_eq!(desk.read(async |t| t.chats().count(&filter).await.unwrap()).await, 0, "{text}");
    }
}

pub async fn a_guest_is_one_session_and_its_ticket(store: &dyn Store) {
    let desk = Desk::new(store);
    // The same address twice is two strangers (S-19).
    let same = || talkative_guest("Zoë", "zoe@example.org");
    let session = add_full_session(&desk, desk.session(same()), None).await;
    let other = add_full_session(&desk, desk.session(same()), None).await;
    let made_from = |id| Ticket { requester: same(), chat_session_id: Some(id), ..desk.ticket() };
    let ticket = add_full_ticket(&desk, made_from(session.id)).await;
    let other_ticket = add_full_ticket(&desk, made_from(other.id)).await;
    let actor = format!("guest:{}", session.id);
    let other_actor = format!("guest:{}", other.id);
    desk.write(async |t| {
        t.idempotency().insert(&record(&actor, "create", "key")).await.unwrap();
        t.idempotency().insert(&record(&other_actor, "create", "key")).await.unwrap();
    })
    .await;
    let others_before = desk.read(async |t| everything_of(t, &other_ticket, &other).await).await;
    let counts = erase(&desk, &PersonKey::Guest(session.id)).await;
    let expected = ErasureCounts {
        tickets: 1,
        entries: 2,
        sessions: 1,
        messages: 2,
        bot_log: 2,
        events: 2,
        dead_letters: 2,
        idempotency_records: 1,
        anonymized: 0,
    };
    assert_eq!(counts, expected);
    desk.read(async |t| {
        let gone = everything_of(t, &ticket, &session).await;
        assert_eq!(gone, ["None", "None", "None", "None", "None", "None", "0", "0"]);
        assert_eq!(everything_of(t, &other_ticket, &other).await, others_before);
    })
    .await;
}

pub async fn a_users_session_is_no_guests(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = add_full_session(&desk, desk.session(user("ann")), Some("ann")).await;
    assert_eq!(erase(&desk, &PersonKey::Guest(session.id)).await, ErasureCounts::default());
    let found = desk.read(async |t| t.chats().find(session.id, &Scope::Everything).await.unwrap()).await;
    assert_same(&found.unwrap(), &session);
}

pub async fn an_erased_token_opens_nothing(store: &dyn Store) {
    let desk = Desk::new(store);
    let token = GuestToken::from_secret([3; 32]).hash();
    let session = desk.add_guest_session(Some(&token)).await;
    erase(&desk, &PersonKey::Guest(session.id)).await;
    assert_eq!(desk.read(async |t| t.chats().find_by_token(&token).await.unwrap()).await, None);
}
