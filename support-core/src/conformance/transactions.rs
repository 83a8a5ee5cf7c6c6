//! Transactions: all or nothing, and nobody sees half of one.

use super::fixtures::{
    Desk, assert_refused, assert_same, at, first_page, guest, limited, sender, session_event, subject,
    together, user_id,
};
use crate::{
    access::Scope,
    chat::{GuestToken, Participant, Session},
    event::Position,
    message::SenderKind,
    person::Agent,
    store::{PersonKey, Store, StoreError, Transaction},
    ticket::{EntryKind, HistoryChange, Ticket, TicketFilter, TicketSort, Visibility},
};

pub async fn a_usable_store_says_so(store: &dyn Store) {
    store.check().await.unwrap();
}

pub async fn a_transaction_knows_its_tenant(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(desk.begin().await.tenant(), &desk.tenant);
    assert_eq!(desk.begin_read().await.tenant(), &desk.tenant);
}

pub async fn a_pause_ends(store: &dyn Store) {
    for attempt in 0..3 {
        store.pause(attempt).await;
    }
}

/// Writes one row through every method that adds one.
async fn write_everything(desk: &Desk<'_>, t: &mut dyn Transaction, ticket: &Ticket, session: &mut Session) {
    t.tickets().insert(ticket).await.unwrap();
    t.tickets().append_entry(desk.entry(ticket.id, EntryKind::System, "hello")).await.unwrap();
    let change = HistoryChange {
        ticket_id: ticket.id,
        at: at(0),
        actor: super::fixtures::staff("bob"),
        field: "status".to_owned(),
        old: serde_json::Value::Null,
        new: serde_json::Value::Null,
    };
    t.tickets().append_history(&[change]).await.unwrap();
    t.chats().insert(session, None).await.unwrap();
    desk.say_in(t, session, sender(SenderKind::User, None), "hello", at(1)).await;
    t.chats().move_read_cursor(session.id, &Participant::Customer, 1).await.unwrap();
    t.events().append(&session_event(session.id, 1, at(0))).await.unwrap();
    t.events().move_sink("host", Position(9)).await.unwrap();
    t.idempotency().insert(&super::idempotency::record("user:ann", "create", "key")).await.unwrap();
    t.agents().upsert(&Agent::new(user_id("bob"), "Bob")).await.unwrap();
    t.bot_log().append_trace(&super::bot_log::trace(session.id, 1, at(0))).await.unwrap();
    let question = super::bot_log::question(desk, session.id, 1, at(0));
    t.bot_log().append_unanswered(&question).await.unwrap();
}

/// What each reading method sees of [`write_everything`]: how much.
async fn seen(t: &mut dyn Transaction, ticket: &Ticket, session: &Session) -> [usize; 12] {
    let everything = Scope::Everything;
    let first = super::idempotency::record("user:ann", "create", "key");
    [
        usize::from(t.tickets().find(&ticket.id.into(), &everything).await.unwrap().is_some()),
        usize::from(t.tickets().find_entry(ticket.id, 1, Visibility::Staff).await.unwrap().is_some()),
        t.tickets().list_history(ticket.id, &first_page()).await.unwrap().items.len(),
        usize::from(t.chats().find(session.id, &everything).await.unwrap().is_some()),
        usize::from(t.messages().find(session.id, 1).await.unwrap().is_some()),
        usize::try_from(t.chats().read_cursor(session.id, &Participant::Customer).await.unwrap()).unwrap(),
        usize::from(t.events().sink_position("host").await.unwrap() == Position(9)),
        usize::from(t.idempotency().find("user:ann", "create", &first.key).await.unwrap().is_some()),
        usize::from(t.agents().find(&user_id("bob")).await.unwrap().is_some()),
        usize::from(t.bot_log().find_trace(session.id, 1).await.unwrap().is_some()),
        t.bot_log().list_unanswered(&first_page()).await.unwrap().items.len(),
        usize::try_from(t.tickets().count(&TicketFilter::within(everything)).await.unwrap()).unwrap(),
    ]
}

pub async fn a_transaction_sees_what_it_wrote_and_others_do_not_before_its_commit(store: &dyn Store) {
    let desk = Desk::new(store);
    let (ticket, mut session) = (desk.ticket(), desk.session(guest()));
    let mut transaction = desk.begin().await;
    write_everything(&desk, &mut *transaction, &ticket, &mut session).await;
    assert_eq!(seen(&mut *transaction, &ticket, &session).await, [1; 12]);
    assert_eq!(desk.read(async |t| seen(t, &ticket, &session).await).await, [0; 12]);
    transaction.commit().await.unwrap();
    assert_eq!(desk.read(async |t| seen(t, &ticket, &session).await).await, [1; 12]);
    let events = async |t: &mut dyn Transaction| t.events().list_after(Position::default(), limited(9)).await;
    desk.settle_events().await;
    assert_eq!(desk.read(events).await.unwrap().len(), 1);
}

pub async fn a_dropped_transaction_never_happened(store: &dyn Store) {
    let desk = Desk::new(store);
    let (ticket, mut session) = (desk.ticket(), desk.session(guest()));
    let mut transaction = desk.begin().await;
    write_everything(&desk, &mut *transaction, &ticket, &mut session).await;
    drop(transaction);
    assert_eq!(desk.read(async |t| seen(t, &ticket, &session).await).await, [0; 12]);
    assert_eq!(desk.settle_events().await, Position::default());
    // Nor is anything of it in the way of doing it again.
    let mut session = Session { version: 1, ..desk.session(guest()) };
    desk.write(async |t| write_everything(&desk, t, &ticket, &mut session).await).await;
    assert_eq!(desk.read(async |t| seen(t, &ticket, &session).await).await, [1; 12]);
}

pub async fn dropped_changes_never_happened(store: &dyn Store) {
    let desk = Desk::new(store);
    let token = GuestToken::from_secret([9; 32]).hash();
    let ticket = desk.add_ticket(desk.ticket()).await;
    let session = desk.add_guest_session(Some(&token)).await;
    let mut transaction = desk.begin().await;
    let mut changed = Ticket { subject: subject("changed"), ..ticket.clone() };
    transaction.tickets().update(&mut changed).await.unwrap();
    let mut changed = Session { subject: Some(subject("changed")), ..session.clone() };
    transaction.chats().update(&mut changed).await.unwrap();
    transaction.people().erase(&PersonKey::User(user_id("ann"))).await.unwrap();
    transaction.people().erase(&PersonKey::Guest(session.id)).await.unwrap();
    drop(transaction);
    desk.read(async |t| {
        let found = t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap();
        assert_same(&found.unwrap(), &ticket);
        let found = t.chats().find(session.id, &Scope::Everything).await.unwrap();
        assert_same(&found.unwrap(), &session);
        assert!(t.chats().find_by_token(&token).await.unwrap().is_some());
    })
    .await;
}

pub async fn reads_of_a_transaction_belong_together(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut ticket = desk.add_ticket(desk.ticket()).await;
    let original = ticket.clone();
    let all = TicketFilter::within(Scope::Everything);
    let mut reading = desk.begin_read().await;
    assert_eq!(reading.tickets().count(&all).await.unwrap(), 1);
    // Writing does not wait for reading, nor reading for writing.
    ticket.subject = subject("changed");
    desk.write(async |t| t.tickets().update(&mut ticket).await.unwrap()).await;
    desk.add_ticket(desk.ticket()).await;
    let found = reading.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap();
    assert_same(&found.unwrap(), &original);
    let page = reading.tickets().list(&all, TicketSort::default(), &first_page()).await.unwrap();
    assert_same(&page.items, &vec![original]);
    drop(reading);
    assert_eq!(desk.read(async |t| t.tickets().count(&all).await.unwrap()).await, 2);
}

pub async fn reading_does_not_wait_for_a_writer(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let mut writing = desk.begin().await;
    let mut changed = Ticket { subject: subject("changed"), ..ticket.clone() };
    writing.tickets().update(&mut changed).await.unwrap();
    let found =
        desk.read(async |t| t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap()).await;
    assert_same(&found.unwrap(), &ticket);
    writing.commit().await.unwrap();
}

pub async fn a_reading_transaction_leaves_nothing_behind(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut reading = desk.begin_read().await;
    // Whether it is refused or done in vain is the store's to say.
    let _ = reading.tickets().insert(&desk.ticket()).await;
    let _ = reading.commit().await;
    let all = TicketFilter::within(Scope::Everything);
    assert_eq!(desk.read(async |t| t.tickets().count(&all).await.unwrap()).await, 0);
}

pub async fn committing_a_reading_transaction_is_fine(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut reading = desk.begin_read().await;
    reading.agents().list().await.unwrap();
    reading.commit().await.unwrap();
}

/// of two who read a ticket and change it, one is told that the other was faster.
pub async fn two_writers_do_not_overwrite_each_other(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let session = desk.add_session(desk.session(guest())).await;
    together((0..8).map(|_| {
        desk.write_among_others(async |t| {
            let found = t.tickets().find(&ticket.id.into(), &Scope::Everything).await?;
            let mut ticket = found.unwrap();
            // Gives the others a chance to come in between.
            store.pause(0).await;
            ticket.reply_count += 1;
            t.tickets().update(&mut ticket).await?;
            let mut session = t.chats().find(session.id, &Scope::Everything).await?.unwrap();
            session.bot_seq += 1;
            t.chats().update(&mut session).await
        })
    }))
    .await;
    desk.read(async |t| {
        let ticket = t.tickets().find(&ticket.id.into(), &Scope::Everything).await.unwrap().unwrap();
        assert_eq!((ticket.reply_count, ticket.version), (8, 9));
        let session = t.chats().find(session.id, &Scope::Everything).await.unwrap().unwrap();
        assert_eq!((session.bot_seq, session.version), (8, 9));
    })
    .await;
}

pub async fn of_two_changes_to_one_version_one_conflicts(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let results = together((0..4).map(|n| {
        let mut ticket = Ticket { reply_count: n, ..ticket.clone() };
        let desk = &desk;
        async move { desk.try_to_write(async |t| t.tickets().update(&mut ticket).await).await }
    }))
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert_refused!(error, StoreError::Conflict);
    }
}

pub async fn a_writer_that_is_dropped_while_it_waits_is_in_nobodys_way(store: &dyn Store) {
    let desk = Desk::new(store);
    let holding = desk.begin().await;
    let mut waiting = Box::pin(store.begin(&desk.tenant));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // Whether it waits or is let in at once is the store's to say.
    drop(waiting.as_mut().poll(&mut context));
    drop(waiting);
    holding.commit().await.unwrap();
    desk.add_ticket(desk.ticket()).await;
}
