//! Events as they go over the line.

use std::io::Write as _;

use axum::body::Bytes;
use serde::Serialize;
use support_core::{
    desk::live::{Details, Heard, Seen, SeenObject, SeenSession},
    event::EventKind,
};

use crate::{
    dto::{
        event::{MessagesReadView, SignalView},
        message::MessageView,
        reply::ReplyView,
        session::SessionView,
        ticket::TicketView,
    },
    problem::Problem,
};

/// An event as it goes over the line, written once for all who see it alike.
struct Frame(Bytes);

/// What a subscriber is told.
pub(super) fn event(seen: &Seen) -> Bytes {
    seen.written(|seen| Frame(write(name(seen.kind), Some(&seen.cursor), &object(&seen.object)))).0.clone()
}

/// Something goes on that is never kept.
pub(super) fn signal(heard: Heard) -> Bytes {
    let name = match &heard {
        Heard::Typing { .. } => "typing",
        Heard::Viewing { .. } | Heard::Availability { .. } => "presence",
    };
    write(name, None, &SignalView::from(heard))
}

/// The stream begins, behind this place.
pub(super) fn open(cursor: &str) -> Bytes {
    Bytes::from(format!(": open\nid: {cursor}\n\n"))
}

/// The stream is alive, and has come to this place if it has moved.
pub(super) fn heartbeat(cursor: Option<&str>) -> Bytes {
    match cursor {
        None => Bytes::from_static(b": ping\n\n"),
        Some(cursor) => Bytes::from(format!(": ping\nid: {cursor}\n\n")),
    }
}

/// What the client has must be fetched anew; what happens from this place on is told.
pub(super) fn reset(cursor: &str) -> Bytes {
    write("reset", Some(cursor), &serde_json::Map::new())
}

/// The client was too slow.
pub(super) fn lagged() -> Bytes {
    Bytes::from_static(b"event: lagged\ndata: {}\n\n")
}

/// The server closes the stream, and the client may come back.
pub(super) fn shutdown() -> Bytes {
    Bytes::from_static(b"event: shutdown\ndata: {}\n\n")
}

/// The client may not listen any more, as the answer to a request would say it.
pub(super) fn denied(problem: &Problem) -> Bytes {
    write("denied", None, &problem.body(None))
}

/// JSON has no line breaks of its own, so that one `data` line holds all of it.
fn write(name: &str, cursor: Option<&str>, data: &impl Serialize) -> Bytes {
    let mut frame = format!("event: {name}\n").into_bytes();
    if let Some(cursor) = cursor {
        // Writing to memory cannot fail, and views are plain data with text keys.
        _ = writeln!(frame, "id: {cursor}");
    }
    frame.extend_from_slice(b"data: ");
    _ = serde_json::to_writer(&mut frame, data);
    frame.extend_from_slice(b"\n\n");
    frame.into()
}

/// The kind as clients know it: who read is part of what they are told.
const fn name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::MessagesReadByCustomer | EventKind::MessagesReadByStaff => "messages_read",
        kind => kind.as_str(),
    }
}

/// The object as the API shows it.
#[derive(Serialize)]
#[serde(untagged)]
enum Object {
    Session(Box<SessionView>),
    Read(Box<MessagesReadView>),
    Message(MessageView),
    Ticket(Box<TicketView>),
    Reply(ReplyView),
}

fn object(object: &SeenObject) -> Object {
    match object {
        SeenObject::Session(seen) => Object::Session(Box::new(session(seen))),
        SeenObject::Read { session: seen, up_to_seq, by } => {
            Object::Read(Box::new(MessagesReadView::new(session(seen), *up_to_seq, *by)))
        }
        SeenObject::Message(message) => Object::Message(message.clone().into()),
        SeenObject::Ticket(ticket) => Object::Ticket(Box::new(ticket.clone().into())),
        SeenObject::Entry(entry) => Object::Reply(entry.clone().into()),
    }
}

fn session(seen: &SeenSession) -> SessionView {
    let details = match seen.details {
        Details::Shown => Some((&seen.view.session).into()),
        Details::Hidden => None,
    };
    SessionView::with(seen.view.clone(), details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_stays_on_one_line() {
        let frame = write("x", Some("c"), &"a\nevent: y\r\ndata: z\u{2028}");
        let text = std::str::from_utf8(&frame).unwrap();
        assert_eq!(text, "event: x\nid: c\ndata: \"a\\nevent: y\\r\\ndata: z\u{2028}\"\n\n");
    }
}
