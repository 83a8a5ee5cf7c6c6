//! Tenants: none sees, changes or is counted with the rows of another, whatever the method.

use std::collections::BTreeMap;

use super::{
    bot_log, deliveries,
    fixtures::{
        Desk, assert_refused, assert_same, assignee, at, body, client_id, day, first_page, guest, limited,
        query, reader, sender, session_event, together, user, user_id,
    },
    idempotency::record,
    ticket_lists,
};
use crate::{
    access::Scope,
    chat::{ChatStats, GuestToken, Participant, Session, SessionFilter, SessionSort, SessionStatus},
    event::{DeliveryState, Position},
    id::TenantId,
    message::{Message, MessageRange, SenderKind, Side},
    person::Agent,
    store::{ErasureCounts, PersonExport, PersonKey, PruneBefore, PruneCounts, Store, StoreError},
    text::Rating,
    ticket::{
        EntryKind, HistoryChange, ResolutionCycle, Ticket, TicketFilter, TicketKey, TicketSort, TicketStats,
        Visibility,
    },
};

/// A tenant's rows of every kind, and an empty neighbor that must see none of them.
struct Street<'s> {
    full: Desk<'s>,
    empty: Desk<'s>,
    ticket: Ticket,
    session: Session,
    token: crate::chat::TokenHash,
}

async fn street(store: &dyn Store) -> Street<'_> {
    let full = Desk::new(store);
    let empty = full.neighbor();
    let token = GuestToken::from_secret(rand_secret(&full)).hash();
    let ticket = full
        .add_ticket(Ticket {
            assignee: Some(assignee("bob")),
            first_response_at: Some(at(1)),
            waiting_since: Some(at(1)),
            ..full.ticket()
        })
        .await;
    full.add_entry(ticket.id, EntryKind::PublicReply, "searchable").await;
    let mut session = Session {
        owner: crate::chat::Owner::Bot,
        assignee: Some(assignee("bob")),
        rating: Some(Rating::new(5).unwrap()),
        rated_at: Some(at(1)),
        ..full.session(user("ann"))
    };
    full.write(async |t| t.chats().insert(&session, Some(&token)).await.unwrap()).await;
    full.say(&mut session, sender(SenderKind::User, Some("ann")), "searchable", at(1)).await;
    let keyed = Message {
        client_message_id: Some(client_id("key")),
        ..full.message(session.id, 2, sender(SenderKind::User, Some("ann")))
    };
    (session.last_seq, session.last_customer_seq) = (2, 2);
    // Idle as well as not answered by the bot: each list has something to hold.
    session.waiting_since = None;
    full.write(async |t| {
        t.messages().insert(&keyed).await.unwrap();
        t.chats().update(&mut session).await.unwrap();
        let change = HistoryChange {
            ticket_id: ticket.id,
            at: at(0),
            actor: super::fixtures::staff("bob"),
            field: "status".to_owned(),
            old: serde_json::json!(1),
            new: serde_json::json!(2),
        };
        t.tickets().append_history(&[change]).await.unwrap();
        let cycle = ResolutionCycle { ticket_id: ticket.id, started_at: at(0), ended_at: at(1) };
        t.tickets().append_resolution(&cycle).await.unwrap();
        t.chats().move_read_cursor(session.id, &reader("bob"), 1).await.unwrap();
        let event = session_event(session.id, 1, at(0));
        t.events().append(&event).await.unwrap();
        let letter = deliveries::dead_letter(&full, event.subject, at(0));
        t.deliveries().upsert_dead_letter(&letter).await.unwrap();
        let state = DeliveryState { failures: 1, ..DeliveryState::default() };
        t.deliveries().upsert("host", &state).await.unwrap();
        t.events().move_sink("host", Position(1)).await.unwrap();
        t.idempotency().insert(&record("user:ann", "create", "key")).await.unwrap();
        t.agents().upsert(&Agent::new(user_id("bob"), "Bob")).await.unwrap();
        t.bot_log().append_trace(&bot_log::trace(session.id, 1, at(0))).await.unwrap();
        let question = bot_log::question(&full, session.id, 1, at(0));
        t.bot_log().append_unanswered(&question).await.unwrap();
    })
    .await;
    full.settle_events().await;
    Street { full, empty, ticket, session, token }
}

/// A secret that no other test has used.
fn rand_secret(desk: &Desk<'_>) -> [u8; 32] {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(desk.id().as_bytes());
    secret
}

pub async fn reads_of_tickets_stay_at_home(store: &dyn Store) {
    let Street { full, empty, ticket, .. } = street(store).await;
    let everything = Scope::Everything;
    let seen = async |desk: &Desk<'_>| {
        desk.read(async |t| {
            let tickets = t.tickets();
            let mut seen = Vec::new();
            for key in [TicketKey::Id(ticket.id), TicketKey::Number(ticket.number.clone())] {
                seen.push(u64::from(tickets.find(&key, &everything).await.unwrap().is_some()));
            }
            for search in [None, Some(query("searchable")), Some(query(ticket.number.as_str()))] {
                let filter = TicketFilter { search, ..TicketFilter::within(Scope::Everything) };
                let page = tickets.list(&filter, TicketSort::Waiting, &first_page()).await.unwrap();
                seen.extend([page.items.len() as u64, tickets.count(&filter).await.unwrap()]);
            }
            let staff = Visibility::Staff;
            seen.push(u64::from(tickets.find_entry(ticket.id, 1, staff).await.unwrap().is_some()));
            seen.push(tickets.list_entries(ticket.id, staff, &first_page()).await.unwrap().items.len() as u64);
            seen.push(tickets.list_history(ticket.id, &first_page()).await.unwrap().items.len() as u64);
            seen
        })
        .await
    };
    assert_eq!(seen(&full).await, [1; 11]);
    assert_eq!(seen(&empty).await, [0; 11]);
    let stats = super::stats::of_everything(&empty, at(0), at(100)).await;
    assert_eq!(stats, TicketStats::default());
    assert_eq!(ticket_lists::held(&empty, &TicketFilter::within(Scope::Customer(user_id("ann")))).await, []);
}

pub async fn reads_of_chats_stay_at_home(store: &dyn Store) {
    let Street { full, empty, session, token, .. } = street(store).await;
    let id = session.id;
    let seen = async |desk: &Desk<'_>| {
        desk.read(async |t| {
            let mut seen = Vec::new();
            for scope in [Scope::Everything, Scope::Session(id), Scope::Customer(user_id("ann"))] {
                seen.push(u64::from(t.chats().find(id, &scope).await.unwrap().is_some()));
                for search in [None, Some(query("searchable"))] {
                    let within = SessionFilter::within(scope.clone(), reader("bob"));
                    let filter = SessionFilter { search, ..within };
                    let page = t.chats().list(&filter, SessionSort::Unread, &first_page()).await.unwrap();
                    seen.extend([page.items.len() as u64, t.chats().count(&filter).await.unwrap()]);
                }
            }
            seen.push(u64::from(t.chats().find_by_token(&token).await.unwrap().is_some()));
            seen.push(u64::from(t.chats().find_active_of(&user_id("ann")).await.unwrap().is_some()));
            seen.push(t.chats().read_cursor(id, &reader("bob")).await.unwrap());
            seen.push(t.chats().count_unread(id, &reader("bob")).await.unwrap());
            seen.push(t.chats().list_idle(at(100), limited(9)).await.unwrap().len() as u64);
            seen.push(t.chats().list_unanswered(at(100), limited(9)).await.unwrap().len() as u64);
            seen.push(u64::from(t.messages().find(id, 1).await.unwrap().is_some()));
            let range = MessageRange { after_seq: Some(1), before_seq: None, limit: limited(9) };
            seen.push(t.messages().list(id, &range).await.unwrap().len() as u64);
            let by_key = t.messages().find_by_client_id(id, Some(&user_id("ann")), &client_id("key")).await;
            seen.push(u64::from(by_key.unwrap().is_some()));
            seen
        })
        .await
    };
    assert_eq!(seen(&full).await, [1; 24]);
    assert_eq!(seen(&empty).await, [0; 24]);
    let stats = empty.read(async |t| t.chats().stats().await.unwrap()).await;
    assert_eq!(stats, ChatStats::default());
}

pub async fn reads_of_everything_else_stay_at_home(store: &dyn Store) {
    let Street { full, empty, session, .. } = street(store).await;
    let ann = PersonKey::User(user_id("ann"));
    let seen = async |desk: &Desk<'_>| {
        desk.read(async |t| {
            let first = record("user:ann", "create", "key");
            let answer = t.idempotency().find(&first.actor, &first.operation, &first.key).await.unwrap();
            let export = t.people().export(&ann).await.unwrap();
            [
                t.events().list_after(Position::default(), limited(9)).await.unwrap().len(),
                usize::from(t.events().last_position().await.unwrap() > Position::default()),
                usize::from(t.events().first_position().await.unwrap().is_some()),
                usize::from(t.events().sink_position("host").await.unwrap() > Position::default()),
                t.deliveries().find("host").await.unwrap().failures as usize,
                t.deliveries().list_dead_letters(&first_page()).await.unwrap().items.len(),
                usize::from(answer.is_some()),
                usize::from(t.agents().find(&user_id("bob")).await.unwrap().is_some()),
                t.agents().list().await.unwrap().len(),
                t.agents().loads().await.unwrap().len(),
                usize::from(t.bot_log().find_trace(session.id, 1).await.unwrap().is_some()),
                t.bot_log().list_unanswered(&first_page()).await.unwrap().items.len(),
                export.tickets.len(),
                export.sessions.len(),
            ]
        })
        .await
    };
    assert_eq!(seen(&full).await, [1; 14]);
    assert_eq!(seen(&empty).await, [0; 14]);
    let export = empty.read(async |t| t.people().export(&ann).await.unwrap()).await;
    assert_eq!(export, PersonExport::default());
}

pub async fn writes_do_not_reach_a_neighbor(store: &dyn Store) {
    let Street { full, empty, mut ticket, mut session, .. } = street(store).await;
    let (id, before_ticket, before_session) = (session.id, ticket.clone(), session.clone());
    assert_refused!(
        empty.refused(async |t| t.tickets().update(&mut ticket).await).await,
        StoreError::NotFound
    );
    assert_refused!(
        empty.refused(async |t| t.chats().update(&mut session).await).await,
        StoreError::NotFound
    );
    let entry = empty.entry(ticket.id, EntryKind::System, "intruder");
    assert_refused!(
        empty.refused(async |t| t.tickets().append_entry(entry).await).await,
        StoreError::NotFound
    );
    // Whether these are refused or do nothing, nothing of the neighbor's may come of them.
    for attempt in 0..4 {
        let mut transaction = empty.begin().await;
        let tried = match attempt {
            0 => transaction.chats().move_read_cursor(id, &reader("bob"), 2).await.map(|_| ()),
            1 => transaction.chats().move_read_cursor(id, &Participant::Customer, 2).await.map(|_| ()),
            2 => transaction.messages().mark_read(id, Side::Customer, 9, at(5)).await.map(|_| ()),
            _ => {
                let message = Message {
                    body: body("intruder"),
                    ..empty.message(id, 3, sender(SenderKind::User, None))
                };
                transaction.messages().insert(&message).await
            }
        };
        if tried.is_ok() {
            let _ = transaction.commit().await;
        }
    }
    full.read(async |t| {
        let key = ticket.id.into();
        assert_same(&t.tickets().find(&key, &Scope::Everything).await.unwrap().unwrap(), &before_ticket);
        assert_same(&t.chats().find(id, &Scope::Everything).await.unwrap().unwrap(), &before_session);
        assert_eq!(t.chats().read_cursor(id, &reader("bob")).await.unwrap(), 1);
        assert_eq!(t.chats().read_cursor(id, &Participant::Customer).await.unwrap(), 0);
        assert_eq!(t.messages().find(id, 1).await.unwrap().unwrap().read_at, None);
        assert_eq!(t.messages().find(id, 3).await.unwrap(), None);
        let entries = t.tickets().list_entries(ticket.id, Visibility::Staff, &first_page()).await.unwrap();
        assert_eq!(entries.items.len(), 1);
    })
    .await;
}

pub async fn erasing_and_pruning_stay_at_home(store: &dyn Store) {
    let Street { full, empty, session, .. } = street(store).await;
    let archived = Session { status: SessionStatus::Archived, ..full.session(guest()) };
    full.add_session(archived).await;
    let all = Some(at(1_000));
    let before = PruneBefore {
        idempotency: all,
        events: all,
        dead_letters: all,
        bot_log: all,
        archived_sessions: all,
    };
    empty
        .write(async |t| {
            for person in [
                PersonKey::User(user_id("ann")),
                PersonKey::User(user_id("bob")),
                PersonKey::Guest(session.id),
            ] {
                assert_eq!(t.people().erase(&person).await.unwrap(), ErasureCounts::default());
            }
            assert_eq!(t.people().prune(&before, limited(100)).await.unwrap(), PruneCounts::default());
            t.idempotency()
                .delete("user:ann", "create", &super::fixtures::idempotency_key("key"))
                .await
                .unwrap();
        })
        .await;
    let pruned = full.write(async |t| t.people().prune(&before, limited(100)).await.unwrap()).await;
    assert_eq!(pruned, PruneCounts { idempotency: 1, events: 1, dead_letters: 1, bot_log: 2, sessions: 1 });
    let erased =
        full.write(async |t| t.people().erase(&PersonKey::User(user_id("ann"))).await.unwrap()).await;
    assert_eq!((erased.tickets, erased.sessions, erased.messages), (1, 1, 2));
}

pub async fn neighbors_may_use_the_same_names(store: &dyn Store) {
    let desks = [Desk::new(store), Desk::new(store)];
    for (n, desk) in (1..).zip(&desks) {
        let ticket = Ticket { number: crate::ticket::TicketNumber::new(day(0), 1), ..desk.ticket() };
        desk.add_ticket(ticket).await;
        desk.write(async |t| {
            t.idempotency().insert(&record("user:ann", "create", "key")).await.unwrap();
            t.agents().upsert(&Agent::new(user_id("bob"), format!("Bob {n}"))).await.unwrap();
            t.events().move_sink("host", Position(n)).await.unwrap();
        })
        .await;
    }
    for (n, desk) in (1..).zip(&desks) {
        desk.read(async |t| {
            assert_eq!(t.agents().list().await.unwrap(), [Agent::new(user_id("bob"), format!("Bob {n}"))]);
            assert_eq!(t.events().sink_position("host").await.unwrap(), Position(n));
        })
        .await;
    }
}

pub async fn tenants_are_told_apart_exactly(store: &dyn Store) {
    let base = Desk::new(store);
    let names = ["", " ", "A", "a", "ä", "a\u{308}", "a ", "'; --", "%"];
    let tenants = names.map(|name| TenantId::parse(format!("{}{name}", base.tenant)).unwrap());
    for (n, tenant) in (1..).zip(&tenants) {
        let mut transaction = store.begin(tenant).await.unwrap();
        assert_eq!(transaction.tenant(), tenant);
        transaction.events().move_sink("host", Position(n)).await.unwrap();
        transaction.commit().await.unwrap();
    }
    for (n, tenant) in (1..).zip(&tenants) {
        let mut transaction = store.begin_read(tenant).await.unwrap();
        assert_eq!(transaction.tenant(), tenant);
        assert_eq!(transaction.events().sink_position("host").await.unwrap(), Position(n), "{tenant:?}");
    }
}

pub async fn every_tenant_that_wrote_is_listed_in_a_stable_order(store: &dyn Store) {
    let desks: Vec<_> = (0..4).map(|_| Desk::new(store)).collect();
    desks[0].add_ticket(desks[0].ticket()).await;
    desks[1].add_session(desks[1].session(guest())).await;
    // One that only reads, and one that gives up.
    desks[2].read(async |t| t.agents().list().await.unwrap()).await;
    let mut transaction = desks[3].begin().await;
    transaction.tickets().insert(&desks[3].ticket()).await.unwrap();
    drop(transaction);

    let tenants = store.list_tenants().await.unwrap();
    assert_eq!(store.list_tenants().await.unwrap(), tenants);
    let times: BTreeMap<_, _> = desks
        .iter()
        .enumerate()
        .map(|(n, desk)| (n, tenants.iter().filter(|tenant| **tenant == desk.tenant).count()))
        .collect();
    assert_eq!(times, BTreeMap::from([(0, 1), (1, 1), (2, 0), (3, 0)]));
    // Another tenant's arrival leaves the order of the others as it was.
    let late = Desk::new(store);
    late.add_ticket(late.ticket()).await;
    let mut after = store.list_tenants().await.unwrap();
    after.retain(|tenant| tenants.contains(tenant));
    assert_eq!(after, tenants);
}

pub async fn a_tenants_last_rows_gone_it_is_still_listed(store: &dyn Store) {
    let desk = Desk::new(store);
    desk.add_ticket(desk.ticket()).await;
    desk.write(async |t| t.people().erase(&PersonKey::User(user_id("ann"))).await.unwrap()).await;
    assert!(store.list_tenants().await.unwrap().contains(&desk.tenant));
}

pub async fn tenants_work_side_by_side(store: &dyn Store) {
    let desks: Vec<_> = (0..6).map(|_| Desk::new(store)).collect();
    together(desks.iter().map(|desk| async move {
        for _ in 0..3 {
            let ticket = desk.ticket();
            desk.write_among_others(async |t| t.tickets().insert(&ticket).await).await;
        }
    }))
    .await;
    for desk in &desks {
        let all = TicketFilter::within(Scope::Everything);
        assert_eq!(ticket_lists::held(desk, &all).await.len(), 3);
    }
}
