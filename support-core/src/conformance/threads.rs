//! Threads, histories and stretches of work of tickets.

use serde_json::json;

use super::fixtures::{
    Desk, HOSTILE, HOSTILE_LINE, assert_refused, assert_same, at, body, first_page, long, page, staff,
    together, user_id,
};
use crate::{
    access::Scope,
    id::{EntryId, TicketId},
    person::{Actor, ActorKind, Person},
    store::{Page, PageRequest, Store, StoreError},
    text::Body,
    ticket::{Entry, EntryKind, HistoryChange, NewEntry, ResolutionCycle, Visibility},
};

async fn listed(
    desk: &Desk<'_>,
    ticket: TicketId,
    visibility: Visibility,
    request: &PageRequest,
) -> Page<Entry> {
    desk.read(async |t| t.tickets().list_entries(ticket, visibility, request).await.unwrap()).await
}

pub async fn an_entry_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    let hostile = Person::new(user_id("Ann é\u{301} ")).named(format!(" {HOSTILE_LINE} "));
    let authors = [
        Actor::nameless(ActorKind::Customer),
        Actor::nameless(ActorKind::Bot),
        Actor::nameless(ActorKind::System),
        Actor::person(&hostile, ActorKind::Customer),
        Actor::person(&hostile, ActorKind::Agent),
    ];
    for kind in EntryKind::ALL.iter().copied() {
        for author in authors.clone() {
            for text in [HOSTILE, &long(Body::MAX)] {
                let new =
                    NewEntry { author: author.clone(), created_at: at(3), ..desk.entry(ticket, kind, text) };
                let appended =
                    desk.write(async |t| t.tickets().append_entry(new.clone()).await.unwrap()).await;
                assert_same(&appended, &new.at(appended.seq));
                let found = desk.read(async |t| {
                    t.tickets().find_entry(ticket, appended.seq, Visibility::Staff).await.unwrap()
                });
                assert_same(&found.await.unwrap(), &appended);
            }
        }
    }
}

pub async fn entries_are_numbered_from_one_in_the_order_of_appending(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    let other = desk.add_ticket(desk.ticket()).await.id;
    // Neither clocks nor ids that go backwards change the order.
    let ids = [desk.id(), desk.id(), desk.id()];
    for (n, id) in ids.iter().rev().enumerate() {
        let created_at = at(-(i64::try_from(n).unwrap()));
        let id = EntryId::from_uuid(*id);
        let entry = NewEntry { id, created_at, ..desk.entry(ticket, EntryKind::PublicReply, "hello") };
        desk.write(async |t| t.tickets().append_entry(entry).await.unwrap()).await;
        desk.add_entry(other, EntryKind::System, "elsewhere").await;
    }
    let entries = listed(&desk, ticket, Visibility::Staff, &first_page()).await.items;
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(entries.iter().map(|entry| entry.created_at).collect::<Vec<_>>(), [at(0), at(-1), at(-2)]);
}

pub async fn an_entry_of_no_ticket_is_not_found(store: &dyn Store) {
    let desk = Desk::new(store);
    let entry = desk.entry(desk.ticket().id, EntryKind::System, "hello");
    assert_refused!(
        desk.refused(async |t| t.tickets().append_entry(entry).await).await,
        StoreError::NotFound
    );
}

pub async fn appending_an_entry_leaves_the_ticket_as_it_was(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    desk.add_entry(ticket.id, EntryKind::InternalNote, "hidden").await;
    let key = ticket.id.into();
    let found = desk.read(async |t| t.tickets().find(&key, &Scope::Everything).await.unwrap()).await;
    assert_same(&found.unwrap(), &ticket);
}

pub async fn notes_are_for_staff_only(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    for kind in [EntryKind::InternalNote, EntryKind::PublicReply, EntryKind::InternalNote, EntryKind::System]
    {
        desk.add_entry(ticket, kind, "hello").await;
    }
    let seqs = |page: Page<Entry>| page.items.iter().map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!(seqs(listed(&desk, ticket, Visibility::Staff, &first_page()).await), [1, 2, 3, 4]);
    assert_eq!(seqs(listed(&desk, ticket, Visibility::Public, &first_page()).await), [2, 4]);
    for (seq, is_public) in [(1, false), (2, true), (3, false), (4, true), (5, false), (0, false)] {
        let (public, any) = desk
            .read(async |t| {
                let public = t.tickets().find_entry(ticket, seq, Visibility::Public).await.unwrap();
                (public, t.tickets().find_entry(ticket, seq, Visibility::Staff).await.unwrap())
            })
            .await;
        assert_eq!(public.is_some(), is_public, "{seq}");
        assert_eq!(any.is_some(), (1..=4).contains(&seq), "{seq}");
    }
}

pub async fn a_thread_is_read_in_pages_without_notes_making_holes(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    for n in 0..9 {
        let kind = if n % 3 == 1 { EntryKind::PublicReply } else { EntryKind::InternalNote };
        desk.add_entry(ticket, kind, "hello").await;
    }
    for (visibility, size, expected) in [
        (Visibility::Public, 2, vec![vec![2, 5], vec![8]]),
        (Visibility::Public, 3, vec![vec![2, 5, 8]]),
        (Visibility::Staff, 4, vec![vec![1, 2, 3, 4], vec![5, 6, 7, 8], vec![9]]),
    ] {
        let mut after = None;
        for (number, seqs) in expected.iter().enumerate() {
            let page = listed(&desk, ticket, visibility, &page(size, after)).await;
            assert_eq!(&page.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), seqs, "{visibility:?}");
            assert_eq!(page.next.is_some(), number + 1 < expected.len(), "{visibility:?}");
            if let (Some(next), Some(last)) = (page.next, page.items.last()) {
                assert_eq!((next.tier, next.key, next.id), (0, last.seq.cast_signed(), last.id.as_uuid()));
            }
            after = page.next;
        }
    }
}

pub async fn a_thread_of_no_ticket_is_empty(store: &dyn Store) {
    let desk = Desk::new(store);
    let page = listed(&desk, desk.ticket().id, Visibility::Staff, &first_page()).await;
    assert_eq!((page.items.len(), page.next), (0, None));
}

pub async fn writers_side_by_side_leave_no_gap_in_a_thread(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    let writers = (0..8).map(|_| {
        desk.write_among_others(async |t| {
            let entry = desk.entry(ticket, EntryKind::PublicReply, "hello");
            t.tickets().append_entry(entry).await
        })
    });
    together(writers).await;
    let entries = listed(&desk, ticket, Visibility::Staff, &first_page()).await.items;
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
}

pub async fn history_keeps_the_order_of_appending_and_every_value(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    let other = desk.add_ticket(desk.ticket()).await.id;
    let values = [
        json!(null),
        json!("open"),
        json!(HOSTILE),
        json!(true),
        json!(-1.5),
        json!(u64::MAX),
        json!([1, null, {"a": []}]),
        json!({"id": "ann", "name": HOSTILE_LINE, "": {}}),
        json!("null"),
        json!(""),
    ];
    let change = |n: usize, ticket_id| HistoryChange {
        ticket_id,
        // A clock that goes backwards changes nothing about the order.
        at: at(-(i64::try_from(n).unwrap())),
        actor: if n.is_multiple_of(2) { staff(" B\u{f6}b ") } else { Actor::nameless(ActorKind::System) },
        field: format!("custom_fields/{HOSTILE_LINE}"),
        old: values[n].clone(),
        new: values[values.len() - 1 - n].clone(),
    };
    let changes: Vec<_> = (0..values.len()).map(|n| change(n, ticket)).collect();
    desk.write(async |t| t.tickets().append_history(&changes[..4]).await.unwrap()).await;
    desk.write(async |t| t.tickets().append_history(&[change(0, other)]).await.unwrap()).await;
    desk.write(async |t| t.tickets().append_history(&[]).await.unwrap()).await;
    desk.write(async |t| t.tickets().append_history(&changes[4..]).await.unwrap()).await;

    let all = desk.read(async |t| t.tickets().list_history(ticket, &first_page()).await.unwrap()).await;
    assert_same(&all.items, &changes);
    assert_eq!(all.next, None);
    let mut paged = Vec::new();
    let mut after = None;
    for _ in 0..4 {
        let request = page(3, after);
        let page = desk.read(async |t| t.tickets().list_history(ticket, &request).await.unwrap()).await;
        paged.extend(page.items);
        after = page.next;
        assert_eq!(after.is_some(), paged.len() < changes.len());
    }
    assert_same(&paged, &changes);
}

pub async fn changes_of_one_call_may_belong_to_several_tickets(store: &dyn Store) {
    let desk = Desk::new(store);
    let (a, b) = (desk.add_ticket(desk.ticket()).await.id, desk.add_ticket(desk.ticket()).await.id);
    let change = |ticket_id, field: &str| HistoryChange {
        ticket_id,
        at: at(0),
        actor: staff("bob"),
        field: field.to_owned(),
        old: json!(null),
        new: json!(1),
    };
    let changes = [change(a, "one"), change(b, "two"), change(a, "three")];
    desk.write(async |t| t.tickets().append_history(&changes).await.unwrap()).await;
    for (ticket, fields) in [(a, vec!["one", "three"]), (b, vec!["two"])] {
        let page = desk.read(async |t| t.tickets().list_history(ticket, &first_page()).await.unwrap()).await;
        assert_eq!(page.items.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), fields);
    }
}

pub async fn a_ticket_may_have_several_stretches_of_work(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await.id;
    for (from, to) in [(0, 10), (20, 24), (20, 24)] {
        let cycle = ResolutionCycle { ticket_id: ticket, started_at: at(from), ended_at: at(to) };
        desk.write(async |t| t.tickets().append_resolution(&cycle).await.unwrap()).await;
    }
    let stats = super::stats::of_everything(&desk, at(0), at(100)).await;
    assert_eq!(stats.resolution.mean, Some(6.0));
    assert_eq!(stats.resolution.median, Some(4.0));
}

pub async fn an_entry_body_is_not_the_description(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(crate::ticket::Ticket { description: body("first"), ..desk.ticket() }).await;
    desk.add_entry(ticket.id, EntryKind::PublicReply, "second").await;
    let entries = listed(&desk, ticket.id, Visibility::Staff, &first_page()).await.items;
    assert_eq!(entries.iter().map(|entry| entry.body.as_str()).collect::<Vec<_>>(), ["second"]);
}
