//! Telling hooks: whose turn it is, what failed, and what was given up.

use super::fixtures::{Desk, at, first_page, page, together};
use crate::{
    event::{DeadLetter, DeliveryState, Event, EventKind, EventSubject, Lease, Position},
    id::{DeadLetterId, SessionId, TicketId},
    store::Store,
    time::Timestamp,
};

/// An event about something that was given up.
pub(super) fn dead_letter(desk: &Desk<'_>, subject: EventSubject, given_up_at: Timestamp) -> DeadLetter {
    let event = Event { position: Position(7), kind: EventKind::TicketUpdated, subject, at: at(-5) };
    let id = DeadLetterId::from_uuid(desk.id());
    let error = "the hook said no".to_owned();
    DeadLetter { id, sink: "host".to_owned(), event, failures: 12, error, given_up_at }
}

/// One about a ticket that nobody knows.
fn any_letter(desk: &Desk<'_>, given_up_at: Timestamp) -> DeadLetter {
    let ticket_id = TicketId::from_uuid(desk.id());
    dead_letter(desk, EventSubject::Ticket { ticket_id, seq: None }, given_up_at)
}

async fn state(desk: &Desk<'_>, sink: &str) -> DeliveryState {
    desk.read(async |t| t.deliveries().find(sink).await.unwrap()).await
}

async fn keep(desk: &Desk<'_>, letters: &[&DeadLetter]) {
    desk.write(async |t| {
        for letter in letters {
            t.deliveries().upsert_dead_letter(letter).await.unwrap();
        }
    })
    .await;
}

pub async fn a_state_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(state(&desk, "host").await, DeliveryState::default());
    let full = DeliveryState {
        lease: Some(Lease { holder: desk.id(), until: at(1) }),
        failures: u32::MAX,
        retry_at: Some(at(2)),
        one_by_one_to: Position(i64::MAX.cast_unsigned()),
    };
    let empty = DeliveryState::default();
    for kept in [full, empty, DeliveryState { lease: None, ..full }, DeliveryState { retry_at: None, ..full }]
    {
        desk.write(async |t| t.deliveries().upsert("host", &kept).await.unwrap()).await;
        assert_eq!(state(&desk, "host").await, kept);
        desk.write(async |t| assert_eq!(t.deliveries().find("host").await.unwrap(), kept)).await;
    }
}

pub async fn every_sink_has_a_state_of_its_own(store: &dyn Store) {
    let desk = Desk::new(store);
    let sinks = ["host", "Host", "host ", "höst", ""];
    for (n, sink) in (1..).zip(sinks) {
        let kept = DeliveryState { failures: n, ..DeliveryState::default() };
        desk.write(async |t| t.deliveries().upsert(sink, &kept).await.unwrap()).await;
    }
    for (n, sink) in (1..).zip(sinks) {
        assert_eq!(state(&desk, sink).await.failures, n, "{sink:?}");
    }
}

pub async fn of_those_who_ask_at_once_one_goes_first(store: &dyn Store) {
    let desk = Desk::new(store);
    // From the very first time on, when nothing is known yet.
    let count = async |_: u32| {
        desk.write_among_others(async |t| {
            let found = t.deliveries().find("host").await?;
            store.pause(0).await;
            let kept = DeliveryState { failures: found.failures + 1, ..found };
            t.deliveries().upsert("host", &kept).await
        })
        .await;
    };
    together((0..8).map(count)).await;
    assert_eq!(state(&desk, "host").await.failures, 8);
}

pub async fn a_dead_letter_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let session_id = SessionId::from_uuid(desk.id());
    let ticket_id = TicketId::from_uuid(desk.id());
    for subject in [
        EventSubject::Session { session_id, seq: None },
        EventSubject::Session { session_id, seq: Some(i64::MAX.cast_unsigned()) },
        EventSubject::Ticket { ticket_id, seq: Some(1) },
    ] {
        let letter = DeadLetter {
            sink: "höst ".to_owned(),
            failures: u32::MAX,
            error: "🦀".repeat(DeadLetter::MAX_ERROR),
            ..dead_letter(&desk, subject, at(3))
        };
        keep(&desk, &[&letter]).await;
        let found = desk.read(async |t| t.deliveries().find_dead_letter(letter.id).await.unwrap()).await;
        assert_eq!(found, Some(letter));
    }
}

pub async fn a_dead_letter_is_changed_and_forgotten(store: &dyn Store) {
    let desk = Desk::new(store);
    let (letter, other) = (any_letter(&desk, at(1)), any_letter(&desk, at(1)));
    keep(&desk, &[&letter, &other]).await;
    let failures = letter.failures + 1;
    let changed = DeadLetter { failures, error: String::new(), given_up_at: at(2), ..letter };
    keep(&desk, &[&changed]).await;
    desk.write(async |t| {
        assert_eq!(t.deliveries().find_dead_letter(changed.id).await.unwrap(), Some(changed.clone()));
        assert!(t.deliveries().delete_dead_letter(changed.id).await.unwrap());
        assert!(!t.deliveries().delete_dead_letter(changed.id).await.unwrap());
    })
    .await;
    desk.read(async |t| {
        assert_eq!(t.deliveries().find_dead_letter(changed.id).await.unwrap(), None);
        assert_eq!(t.deliveries().find_dead_letter(other.id).await.unwrap(), Some(other));
    })
    .await;
}

pub async fn dead_letters_are_listed_last_given_up_first_in_pages(store: &dyn Store) {
    let desk = Desk::new(store);
    let moments = [3, 1, 2, 2, 2, 5];
    let letters: Vec<_> = moments.iter().map(|moment| any_letter(&desk, at(*moment))).collect();
    keep(&desk, &letters.iter().collect::<Vec<_>>()).await;
    let mut expected: Vec<_> = letters.iter().map(|letter| (letter.given_up_at, letter.id)).collect();
    expected.sort_unstable();
    expected.reverse();
    for limit in [1, 2, 100] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let request = page(limit, after);
            let found = desk.read(async |t| t.deliveries().list_dead_letters(&request).await.unwrap()).await;
            listed.extend(found.items.iter().map(|letter| (letter.given_up_at, letter.id)));
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed, expected, "{limit}");
    }
    let neighbor = desk.neighbor();
    let others =
        neighbor.read(async |t| t.deliveries().list_dead_letters(&first_page()).await.unwrap()).await;
    assert_eq!(others.items, []);
}
