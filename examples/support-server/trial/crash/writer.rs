//! A client that writes until it is told to stop, or its server is gone.

use std::{
    io::{self, ErrorKind},
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use super::journal::{Journal, Place};
use crate::client::Client;

/// Opens a chat and tickets, and writes to them, until it is over or the server is gone. `name` begins the marks of this
/// client's writes, and of no other's.
///
/// # Errors
/// An answer that no server should give.
pub fn write(client: &Client, name: &str, journal: &Journal, is_over: &AtomicBool) -> io::Result<()> {
    let (mut session, mut ticket) = (None, None);
    for n in 0.. {
        if is_over.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mark = format!("{name}n{n}");
        let place = match (&session, &ticket, n % 7) {
            (None, ..) => Place::NewSession,
            (_, None, _) | (_, _, 0) => Place::NewTicket,
            (Some(session), _, 1 | 3 | 5) => Place::Session(String::clone(session)),
            (_, Some(ticket), _) => Place::Ticket(String::clone(ticket)),
        };
        let told = match send(client, &mark, &place) {
            Ok(told) => told,
            // It was never sent.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                journal.note(mark, place, None);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match (&place, &told) {
            (Place::NewTicket, Some(number)) => ticket = Some(number.clone()),
            (Place::NewSession, Some(id)) => session = Some(id.clone()),
            _ => {}
        }
        journal.note(mark, place, told);
    }
    Ok(())
}

/// Sends one write. Returns what was told of it; `None` if only that it may or may not have been carried out.
fn send(client: &Client, mark: &str, place: &Place) -> io::Result<Option<String>> {
    let (path, body, told) = match place {
        Place::NewTicket => (
            "/api/v1/support/tickets".to_owned(),
            json!({"subject": mark, "description": format!("It does not work: {mark}"), "tags": ["crash"]}),
            "number",
        ),
        Place::Ticket(number) => {
            (format!("/api/v1/support/tickets/{number}/replies"), json!({"message": mark}), "seq")
        }
        Place::NewSession => ("/api/v1/chat/sessions".to_owned(), json!({"subject": mark}), "id"),
        Place::Session(id) => (
            format!("/api/v1/chat/sessions/{id}/messages"),
            json!({"message": mark, "client_message_id": mark}),
            "seq",
        ),
    };
    let answer = client.post(&path, &body)?;
    match answer.status {
        201 => match &answer.json()[told] {
            Value::String(text) => Ok(Some(text.clone())),
            Value::Number(number) => Ok(Some(number.to_string())),
            _ => Err(io::Error::other(format!("{path}: no {told} in {}", answer.body))),
        },
        // The database is busy or away: it may have come to the commit.
        503 => Ok(None),
        status => Err(io::Error::other(format!("{path}: {status} {}", answer.body))),
    }
}
