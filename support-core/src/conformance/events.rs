//! Events: one order that never changes afterwards.

use super::fixtures::{Desk, at, guest, limited, session_event, ticket_event, together};
use crate::{
    event::{Event, EventKind, EventSubject, NewEvent, Position},
    id::{SessionId, TicketId},
    store::{PruneBefore, Store},
};

async fn listed(desk: &Desk<'_>, after: Position, limit: i64) -> Vec<Event> {
    desk.read(async |t| t.events().list_after(after, limited(limit)).await.unwrap()).await
}

async fn append(desk: &Desk<'_>, event: &NewEvent) {
    desk.write(async |t| t.events().append(event).await.unwrap()).await;
}

pub async fn an_event_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let session_id = SessionId::from_uuid(desk.id());
    let ticket_id = TicketId::from_uuid(desk.id());
    let mut appended = Vec::new();
    for kind in EventKind::ALL.iter().copied() {
        for subject in [
            EventSubject::Session { session_id, seq: None },
            EventSubject::Session { session_id, seq: Some(i64::MAX.cast_unsigned()) },
            EventSubject::Ticket { ticket_id, seq: None },
            EventSubject::Ticket { ticket_id, seq: Some(1) },
        ] {
            let event = NewEvent { kind, subject, at: at(-(i64::try_from(appended.len()).unwrap())) };
            append(&desk, &event).await;
            desk.settle_events().await;
            appended.push(event);
        }
    }
    let read = listed(&desk, Position::default(), 100).await;
    let read: Vec<_> = read
        .into_iter()
        .map(|event| NewEvent { kind: event.kind, subject: event.subject, at: event.at })
        .collect();
    assert_eq!(read, appended);
}

pub async fn a_desk_without_events_has_no_position(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(desk.settle_events().await, Position::default());
    assert_eq!(listed(&desk, Position::default(), 100).await, []);
    assert_eq!(desk.read(async |t| t.events().first_position().await.unwrap()).await, None);
}

pub async fn events_of_a_transaction_keep_their_order(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = SessionId::from_uuid(desk.id());
    for round in 0..3 {
        desk.write(async |t| {
            for seq in 1..=4 {
                // Neither clocks nor anything else in an event is its order.
                let event = session_event(session, round * 4 + seq, at(-((round * 4 + seq).cast_signed())));
                t.events().append(&event).await.unwrap();
            }
        })
        .await;
    }
    desk.settle_events().await;
    let events = listed(&desk, Position::default(), 100).await;
    let seqs: Vec<_> = events.iter().map(seq).collect();
    assert_eq!(seqs, (1..=12).collect::<Vec<_>>());
    assert!(events.is_sorted_by(|a, b| a.position < b.position), "positions rise");
    assert!(events[0].position > Position::default(), "0 is before the first");
}

fn seq(event: &Event) -> u64 {
    match event.subject {
        EventSubject::Session { seq, .. } | EventSubject::Ticket { seq, .. } => seq.unwrap_or(0),
    }
}

pub async fn events_are_read_on_from_any_position(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = TicketId::from_uuid(desk.id());
    for n in 0..7 {
        append(&desk, &ticket_event(ticket, at(n))).await;
    }
    let last = desk.settle_events().await;
    let all = listed(&desk, Position::default(), 100).await;
    assert_eq!(all.len(), 7);
    assert_eq!(last, all[6].position);
    assert_eq!(desk.read(async |t| t.events().first_position().await.unwrap()).await, Some(all[0].position));
    for (n, event) in all.iter().enumerate() {
        assert_eq!(listed(&desk, event.position, 100).await, all[n + 1..]);
        assert_eq!(listed(&desk, event.position, 2).await, all[n + 1..(n + 3).min(7)]);
    }
    assert_eq!(listed(&desk, Position(last.0 + 100), 100).await, []);
}

pub async fn events_of_a_rollback_never_happened(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = SessionId::from_uuid(desk.id());
    append(&desk, &session_event(session, 1, at(0))).await;
    let mut transaction = desk.begin().await;
    transaction.events().append(&session_event(session, 2, at(0))).await.unwrap();
    drop(transaction);
    append(&desk, &session_event(session, 3, at(0))).await;
    desk.settle_events().await;
    let events = listed(&desk, Position::default(), 100).await;
    assert_eq!(events.iter().map(seq).collect::<Vec<_>>(), [1, 3]);
}

pub async fn giving_positions_twice_changes_nothing(store: &dyn Store) {
    let desk = Desk::new(store);
    append(&desk, &ticket_event(TicketId::from_uuid(desk.id()), at(0))).await;
    desk.settle_events().await;
    let before = listed(&desk, Position::default(), 100).await;
    desk.settle_events().await;
    assert_eq!(listed(&desk, Position::default(), 100).await, before);
}

pub async fn whoever_reads_on_never_misses_an_event(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = SessionId::from_uuid(desk.id());
    let write = async |writer: u64| {
        for round in 0..5 {
            let event = session_event(session, writer * 5 + round + 1, at(0));
            desk.write_among_others(async |t| {
                t.events().append(&event).await?;
                // Gives the others a chance to come in between.
                store.pause(0).await;
                Ok(())
            })
            .await;
        }
    };
    let read = async || {
        let mut seen: Vec<Event> = Vec::new();
        for attempt in 0..10_000 {
            let after = seen.last().map_or(Position::default(), |event| event.position);
            desk.write_among_others(async |t| t.events().assign_positions().await).await;
            seen.extend(listed(&desk, after, 3).await);
            if seen.len() >= 30 {
                break;
            }
            store.pause(attempt).await;
        }
        seen
    };
    // The last one reads while the others write.
    let seen = together((0..7).map(async |n| {
        if n < 6 {
            write(n).await;
            Vec::new()
        } else {
            read().await
        }
    }))
    .await
    .pop()
    .unwrap();
    desk.settle_events().await;
    assert_eq!(seen, listed(&desk, Position::default(), 100).await);
    assert_eq!(seen.len(), 30);
}

pub async fn positions_never_fall_when_events_are_pruned(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = TicketId::from_uuid(desk.id());
    for n in 0..3 {
        append(&desk, &ticket_event(ticket, at(n))).await;
    }
    let last = desk.settle_events().await;
    let kept = listed(&desk, Position::default(), 100).await[2].clone();
    let prune = async |seconds| {
        let before = PruneBefore { events: Some(at(seconds)), ..PruneBefore::default() };
        desk.write(async |t| t.people().prune(&before, limited(100)).await.unwrap()).await.events
    };
    let positions = async || {
        desk.read(async |t| {
            (t.events().first_position().await.unwrap(), t.events().last_position().await.unwrap())
        })
        .await
    };
    assert_eq!(prune(2).await, 2);
    assert_eq!(positions().await, (Some(kept.position), last));
    assert_eq!(listed(&desk, Position::default(), 100).await, [kept]);
    assert_eq!(prune(100).await, 1);
    assert_eq!(positions().await, (None, last));
    append(&desk, &ticket_event(ticket, at(200))).await;
    let after = desk.settle_events().await;
    assert!(after > last, "{after:?} after {last:?}");
    assert_eq!(positions().await, (Some(after), after));
}

pub async fn every_sink_has_a_place_of_its_own(store: &dyn Store) {
    let desk = Desk::new(store);
    let sinks = ["host", "Host", "host ", "höst", ""];
    let place = async |sink| desk.read(async |t| t.events().sink_position(sink).await.unwrap()).await;
    for sink in sinks {
        assert_eq!(place(sink).await, Position::default());
    }
    for (n, sink) in (1..).zip(sinks) {
        desk.write(async |t| t.events().move_sink(sink, Position(n)).await.unwrap()).await;
    }
    for (n, sink) in (1..).zip(sinks) {
        assert_eq!(place(sink).await, Position(n), "{sink:?}");
        desk.write(async |t| t.events().move_sink(sink, Position(n + 1_000_000)).await.unwrap()).await;
        assert_eq!(place(sink).await, Position(n + 1_000_000), "{sink:?}");
    }
}

pub async fn waiting_for_events_ends(store: &dyn Store) {
    // That it returns at all is everything a store promises.
    store.wait_for_events(std::time::Duration::from_millis(1)).await;
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    let waiting = store.wait_for_events(std::time::Duration::from_millis(1));
    append(&desk, &session_event(session.id, 1, at(0))).await;
    waiting.await;
}
