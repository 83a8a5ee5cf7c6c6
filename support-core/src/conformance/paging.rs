//! Pages: each begins right after the last one's end, whatever happens in between.

use std::collections::BTreeSet;

use super::{
    chat_lists,
    fixtures::{Desk, at, first_page, page, query, reader, subject, user},
    ticket_lists,
};
use crate::{
    access::Scope,
    chat::{Session, SessionFilter, SessionSort},
    id::TicketId,
    store::{Keyset, Store},
    ticket::{Priority, Ticket, TicketFilter, TicketSort},
};

fn all() -> TicketFilter {
    TicketFilter::within(Scope::Everything)
}

fn all_sessions() -> SessionFilter {
    SessionFilter::within(Scope::Everything, reader("bob"))
}

/// Every ticket, read in pages of a size.
async fn paged(desk: &Desk<'_>, filter: &TicketFilter, sort: TicketSort, size: i64) -> Vec<TicketId> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let request = page(size, after);
        let page = desk.read(async |t| t.tickets().list(filter, sort, &request).await.unwrap()).await;
        let full = page.items.len() == usize::try_from(size).unwrap();
        assert!(full || page.next.is_none(), "only the last page is short");
        ids.extend(page.items.iter().map(|ticket| ticket.id));
        assert!(ids.len() < 100, "the list never ends");
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

pub async fn pages_of_tickets_of_any_size_make_the_whole_list(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets = ticket_lists::add_unsorted(&desk).await;
    for (sort, order) in ticket_lists::ORDERS {
        let expected: Vec<_> = order.iter().map(|index| tickets[*index].id).collect();
        for size in [1, 2, 3, 6, 7, 8, 100] {
            assert_eq!(paged(&desk, &all(), sort, size).await, expected, "{sort:?} by {size}");
        }
    }
}

pub async fn a_page_that_ends_with_the_list_has_no_next(store: &dyn Store) {
    let desk = Desk::new(store);
    let none =
        desk.read(async |t| t.tickets().list(&all(), TicketSort::default(), &first_page()).await.unwrap());
    let none = none.await;
    assert_eq!((none.items.len(), none.next), (0, None));
    let tickets = [desk.ticket(), desk.ticket()];
    desk.add_tickets(&tickets).await;
    let request = page(2, None);
    let exact = desk.read(async |t| t.tickets().list(&all(), TicketSort::default(), &request).await.unwrap());
    let exact = exact.await;
    assert_eq!((exact.items.len(), exact.next), (2, None));
}

pub async fn places_of_tickets_are_the_documented_ones(store: &dyn Store) {
    let desk = Desk::new(store);
    let waits = Ticket {
        created_at: at(1),
        updated_at: at(2),
        waiting_since: Some(at(3)),
        priority: Priority::High,
        ..desk.ticket()
    };
    let idle = Ticket { waiting_since: None, updated_at: at(0), created_at: at(9), ..waits.clone() };
    let idle = Ticket { id: desk.ticket().id, number: desk.ticket().number, ..idle };
    let last = Ticket { priority: Priority::Low, created_at: at(8), updated_at: at(-1), ..desk.ticket() };
    desk.add_tickets(&[waits.clone(), idle.clone(), last]).await;
    let micros = |seconds| at(seconds).timestamp_micros();
    // The sort, the size of the page, and the place of the last ticket on it.
    let cases = [
        (TicketSort::UpdatedAtDescending, 1, Keyset { tier: 1, key: micros(2), id: waits.id.as_uuid() }),
        (TicketSort::UpdatedAt, 2, Keyset { tier: 1, key: micros(0), id: idle.id.as_uuid() }),
        (TicketSort::CreatedAt, 1, Keyset { tier: 1, key: micros(1), id: waits.id.as_uuid() }),
        (TicketSort::CreatedAtDescending, 1, Keyset { tier: 1, key: micros(9), id: idle.id.as_uuid() }),
        (TicketSort::PriorityDescending, 2, Keyset { tier: 1, key: 2, id: waits.id.as_uuid() }),
        (TicketSort::Priority, 2, Keyset { tier: 1, key: 2, id: idle.id.as_uuid() }),
        (TicketSort::Waiting, 1, Keyset { tier: 1, key: micros(3), id: waits.id.as_uuid() }),
        (TicketSort::Waiting, 2, Keyset { tier: 2, key: micros(0), id: idle.id.as_uuid() }),
    ];
    for (sort, size, expected) in cases {
        let request = page(size, None);
        let page = desk.read(async |t| t.tickets().list(&all(), sort, &request).await.unwrap()).await;
        assert_eq!(page.next, Some(expected), "{sort:?} by {size}");
    }
}

pub async fn what_does_not_change_is_seen_once_while_tickets_come_and_change(store: &dyn Store) {
    for (sort, _) in ticket_lists::ORDERS {
        let desk = Desk::new(store);
        let mut moving = ticket_lists::add_unsorted(&desk).await;
        let still: BTreeSet<_> =
            ticket_lists::add_unsorted(&desk).await.iter().map(|ticket| ticket.id).collect();
        let mut seen = Vec::new();
        let mut after = None;
        // Far more rounds than pages: a list that never ends must fail, not hang.
        for round in 0..50 {
            let request = page(2, after);
            let page = desk.read(async |t| t.tickets().list(&all(), sort, &request).await.unwrap()).await;
            seen.extend(page.items.iter().map(|ticket| ticket.id).filter(|id| still.contains(id)));
            after = page.next;
            if after.is_none() {
                break;
            }
            desk.add_ticket(Ticket { created_at: at(round), updated_at: at(round * 7), ..desk.ticket() })
                .await;
            let index = usize::try_from(round).unwrap() % moving.len();
            let ticket = &mut moving[index];
            ticket.updated_at = at(100 - round * 9);
            ticket.waiting_since = (round % 2 == 0).then(|| at(round * 3));
            ticket.priority = Priority::ALL[index % Priority::ALL.len()];
            desk.write(async |t| t.tickets().update(ticket).await.unwrap()).await;
        }
        let once: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "{sort:?}: nothing twice");
        assert_eq!(once, still, "{sort:?}: nothing is skipped");
    }
}

pub async fn a_page_goes_on_after_the_ticket_of_its_place_is_gone_from_the_list(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut tickets = ticket_lists::add_unsorted(&desk).await;
    let filter = TicketFilter { priority: Priority::ALL[..3].to_vec(), ..all() };
    let request = page(2, None);
    let sort = TicketSort::CreatedAt;
    let first = desk.read(async |t| t.tickets().list(&filter, sort, &request).await.unwrap()).await;
    let last = tickets.iter_mut().find(|ticket| ticket.id == first.items[1].id).unwrap();
    last.priority = Priority::Urgent;
    desk.write(async |t| t.tickets().update(last).await.unwrap()).await;
    let request = page(100, first.next);
    let rest = desk.read(async |t| t.tickets().list(&filter, sort, &request).await.unwrap()).await;
    let rest: Vec<_> = rest.items.iter().map(|ticket| ticket.id).collect();
    assert_eq!(rest, [tickets[2].id, tickets[0].id, tickets[3].id]);
}

pub async fn the_ticket_whose_number_is_searched_comes_first_in_every_order(store: &dyn Store) {
    let desk = Desk::new(store);
    let tickets = ticket_lists::add_unsorted(&desk).await;
    for named in [0, 3, 5] {
        let number = tickets[named].number.as_str();
        // All others name the number and nothing else of it.
        for (index, ticket) in tickets.iter().enumerate() {
            let key = ticket.id.into();
            let found = desk.read(async |t| t.tickets().find(&key, &Scope::Everything).await.unwrap()).await;
            let mut ticket = found.unwrap();
            let text = if index == named { "as it is".to_owned() } else { format!("see {number}") };
            ticket.subject = subject(&text);
            desk.write(async |t| t.tickets().update(&mut ticket).await.unwrap()).await;
        }
        let filter = TicketFilter { search: Some(query(&number.to_lowercase())), ..all() };
        for (sort, order) in ticket_lists::ORDERS {
            let others = order.iter().filter(|index| **index != named);
            let expected: Vec<_> =
                [&named].into_iter().chain(others).map(|index| tickets[*index].id).collect();
            for size in [1, 3, 100] {
                assert_eq!(paged(&desk, &filter, sort, size).await, expected, "{sort:?} by {size}");
            }
        }
    }
}

pub async fn pages_of_sessions_of_any_size_make_the_whole_list(store: &dyn Store) {
    let desk = Desk::new(store);
    let sessions = chat_lists::add_unsorted(&desk).await;
    for (sort, order) in chat_lists::ORDERS {
        let expected: Vec<_> = order.iter().map(|index| sessions[*index].id).collect();
        for size in [1, 2, 3, 6, 100] {
            let mut ids = Vec::new();
            let mut after = None;
            loop {
                let request = page(size, after);
                let page =
                    desk.read(async |t| t.chats().list(&all_sessions(), sort, &request).await.unwrap()).await;
                ids.extend(page.items.iter().map(|view| view.session.id));
                after = page.next;
                if after.is_none() || ids.len() > 20 {
                    break;
                }
            }
            assert_eq!(ids, expected, "{sort:?} by {size}");
        }
    }
}

pub async fn places_of_sessions_are_the_documented_ones(store: &dyn Store) {
    let desk = Desk::new(store);
    let sessions = chat_lists::add_unsorted(&desk).await;
    for (sort, order) in chat_lists::ORDERS {
        for (position, index) in order.iter().enumerate().take(order.len() - 1) {
            let session = &sessions[*index];
            let waits = sort == SessionSort::Waiting && session.waiting_since.is_some();
            let tier = match sort {
                SessionSort::Unread => u8::from(!chat_lists::UNREAD_BY_BOB[*index]),
                SessionSort::Recent => 0,
                SessionSort::Waiting => u8::from(!waits),
            };
            let moment = session.waiting_since.filter(|_| waits).unwrap_or(session.updated_at);
            let expected = Keyset { tier, key: moment.timestamp_micros(), id: session.id.as_uuid() };
            let request = page(i64::try_from(position).unwrap() + 1, None);
            let page =
                desk.read(async |t| t.chats().list(&all_sessions(), sort, &request).await.unwrap()).await;
            assert_eq!(page.next, Some(expected), "{sort:?}, {}", position + 1);
        }
    }
}

pub async fn what_does_not_change_is_seen_once_while_sessions_come_and_change(store: &dyn Store) {
    for (sort, _) in chat_lists::ORDERS {
        let desk = Desk::new(store);
        let mut moving = chat_lists::add_unsorted(&desk).await;
        let still: BTreeSet<_> =
            chat_lists::add_unsorted(&desk).await.iter().map(|session| session.id).collect();
        let mut seen = Vec::new();
        let mut after = None;
        for round in 0..50 {
            let request = page(2, after);
            let page =
                desk.read(async |t| t.chats().list(&all_sessions(), sort, &request).await.unwrap()).await;
            seen.extend(page.items.iter().map(|view| view.session.id).filter(|id| still.contains(id)));
            after = page.next;
            if after.is_none() {
                break;
            }
            desk.add_session(Session { updated_at: at(round * 7), ..desk.session(user("ann")) }).await;
            let index = usize::try_from(round).unwrap() % moving.len();
            let session = &mut moving[index];
            session.updated_at = at(100 - round * 9);
            session.waiting_since = (round % 2 == 0).then(|| at(round * 3));
            desk.write(async |t| t.chats().update(session).await.unwrap()).await;
        }
        let once: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(once.len(), seen.len(), "{sort:?}: nothing twice");
        assert_eq!(once, still, "{sort:?}: nothing is skipped");
    }
}
