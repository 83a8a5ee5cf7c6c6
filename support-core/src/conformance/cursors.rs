//! Read cursors and what is beyond them.

use super::fixtures::{Desk, at, guest, reader, sender, user};
use crate::{
    chat::{Participant, Session},
    message::SenderKind,
    store::Store,
};

async fn cursor(desk: &Desk<'_>, session: &Session, participant: &Participant) -> u64 {
    desk.read(async |t| t.chats().read_cursor(session.id, participant).await.unwrap()).await
}

async fn listed(desk: &Desk<'_>, session: &Session) -> Vec<(Participant, u64)> {
    desk.read(async |t| t.chats().list_read_cursors(session.id).await.unwrap()).await
}

async fn moved(desk: &Desk<'_>, session: &Session, participant: &Participant, up_to: u64) -> bool {
    desk.write(async |t| t.chats().move_read_cursor(session.id, participant, up_to).await.unwrap()).await
}

async fn unread(desk: &Desk<'_>, session: &Session, participant: &Participant) -> u64 {
    desk.read(async |t| t.chats().count_unread(session.id, participant).await.unwrap()).await
}

pub async fn a_cursor_moves_forward_only(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(guest())).await;
    for participant in [Participant::Customer, reader("bob")] {
        assert_eq!(cursor(&desk, &session, &participant).await, 0);
        assert!(!moved(&desk, &session, &participant, 0).await);
        for (up_to, moves, then) in [(3, true, 3), (3, false, 3), (2, false, 3), (0, false, 3), (4, true, 4)]
        {
            assert_eq!(moved(&desk, &session, &participant, up_to).await, moves, "to {up_to}");
            assert_eq!(cursor(&desk, &session, &participant).await, then, "to {up_to}");
        }
    }
}

pub async fn everybody_has_a_cursor_of_their_own(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = desk.add_session(desk.session(user("bob"))).await;
    let other = desk.add_session(desk.session(user("bob"))).await;
    // The customer, agents with like names, and an agent with the customer's own id.
    let participants = [
        Participant::Customer,
        reader("bob"),
        reader("Bob"),
        reader("bob "),
        reader("customer"),
        reader(" "),
    ];
    for (up_to, participant) in (1..).zip(&participants) {
        assert!(moved(&desk, &session, participant, up_to).await);
    }
    for (up_to, participant) in (1..).zip(&participants) {
        assert_eq!(cursor(&desk, &session, participant).await, up_to, "{participant:?}");
        assert_eq!(cursor(&desk, &other, participant).await, 0, "{participant:?}");
    }
    let mut all = listed(&desk, &session).await;
    all.sort_by_key(|(_, up_to)| *up_to);
    assert_eq!(all, participants.into_iter().zip(1..).collect::<Vec<_>>());
    assert_eq!(listed(&desk, &other).await, []);
}

pub async fn unread_messages_are_the_other_sides_beyond_the_cursor(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut session = desk.add_session(desk.session(user("ann"))).await;
    for (kind, id) in [
        (SenderKind::Bot, None),
        (SenderKind::User, Some("ann")),
        (SenderKind::Admin, Some("bob")),
        (SenderKind::System, None),
        (SenderKind::User, Some("ann")),
        (SenderKind::Bot, None),
        (SenderKind::System, None),
    ] {
        desk.say(&mut session, sender(kind, id), "hello", at(1)).await;
    }
    // How many are unread by the customer, and by an agent, once each has read up to a message.
    let cases =
        [(0, 3, 2), (1, 2, 2), (2, 2, 1), (3, 1, 1), (4, 1, 1), (5, 1, 0), (6, 0, 0), (7, 0, 0), (99, 0, 0)];
    for (up_to, by_customer, by_agent) in cases {
        for (participant, expected) in [(Participant::Customer, by_customer), (reader("bob"), by_agent)] {
            moved(&desk, &session, &participant, up_to).await;
            assert_eq!(unread(&desk, &session, &participant).await, expected, "{participant:?} at {up_to}");
        }
    }
    assert_eq!(unread(&desk, &session, &reader("eve")).await, 2);
    // A new message is unread again.
    desk.say(&mut session, sender(SenderKind::User, Some("ann")), "still there?", at(2)).await;
    assert_eq!(unread(&desk, &session, &reader("eve")).await, 3);
}

pub async fn what_others_say_elsewhere_is_not_unread_here(store: &dyn Store) {
    let desk = Desk::new(store);
    let quiet = desk.add_session(desk.session(guest())).await;
    let mut loud = desk.add_session(desk.session(guest())).await;
    desk.say(&mut loud, sender(SenderKind::User, None), "hello", at(1)).await;
    assert_eq!(unread(&desk, &quiet, &reader("bob")).await, 0);
    assert_eq!(unread(&desk, &loud, &reader("bob")).await, 1);
}
