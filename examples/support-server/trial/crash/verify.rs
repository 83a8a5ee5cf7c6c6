//! Everything that a server tells of, compared with what its clients were told.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use serde_json::Value;

use super::{
    get,
    journal::{Journal, Place},
};
use crate::client::Client;

/// What is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Tickets.
    pub tickets: usize,
    /// Public replies to them.
    pub replies: usize,
    /// Chat sessions.
    pub sessions: usize,
    /// Messages in them, the bot's included.
    pub messages: usize,
}

/// Where a mark was found, and what its client should have been told.
type Seen = BTreeMap<String, (Place, String)>;

/// Reads everything as an agent, and compares it with what clients were told.
///
/// # Errors
/// A promise that was broken.
pub fn everything(agent: &Client, journal: &Journal) -> io::Result<Found> {
    // A server that was begun anew gives the bot's answers that are owed, perhaps between one read and the next.
    for _ in 0..50 {
        let before = latest(agent)?;
        let found = read_everything(agent, journal);
        if latest(agent)? == before {
            return found;
        }
    }
    broken("the desk does not come to rest")
}

/// The chat that was written to last, as it is.
fn latest(agent: &Client) -> io::Result<Vec<Value>> {
    items(get(agent, "/api/v1/chat/sessions?sort=recent&limit=1")?)
}

fn read_everything(agent: &Client, journal: &Journal) -> io::Result<Found> {
    let (mut found, mut seen) = (Found::default(), Seen::new());
    let mut numbers = BTreeSet::new();
    for ticket in list(agent, "/api/v1/support/tickets?sort=created_at&limit=100")? {
        let number = text(&ticket["number"])?;
        if !numbers.insert(number.clone()) {
            return broken(&format!("number {number} was given twice"));
        }
        see(&mut seen, &ticket["subject"], Place::NewTicket, number.clone())?;
        let replies = list(agent, &format!("/api/v1/support/tickets/{number}/replies?limit=100"))?;
        for reply in &replies {
            see(&mut seen, &reply["message"], Place::Ticket(number.clone()), reply["seq"].to_string())?;
        }
        gap_free(&replies, &number)?;
        equal(&ticket["reply_count"], replies.len(), &format!("the replies of {number}"))?;
        found.tickets += 1;
        found.replies += replies.len();
    }
    for session in list(agent, "/api/v1/chat/sessions?sort=recent&limit=100")? {
        let id = text(&session["id"])?;
        see(&mut seen, &session["subject"], Place::NewSession, id.clone())?;
        let messages = messages(agent, &id)?;
        for message in messages.iter().filter(|message| message["sender_type"] == "user") {
            see(&mut seen, &message["message"], Place::Session(id.clone()), message["seq"].to_string())?;
        }
        gap_free(&messages, &id)?;
        equal(&session["last_seq"], messages.len(), &format!("the messages of {id}"))?;
        found.sessions += 1;
        found.messages += messages.len();
    }
    compare(journal, seen)?;
    figures(agent, &found)?;
    is_found_by_its_words(agent, journal)?;
    Ok(found)
}

/// What was acknowledged is there, where the client was told; what is there was sent.
fn compare(journal: &Journal, mut seen: Seen) -> io::Result<()> {
    for (mark, write) in journal.writes() {
        match (seen.remove(&mark), write.told) {
            (None, Some(told)) => return broken(&format!("{mark} is lost, acknowledged as {told}")),
            (Some((place, _)), _) if place != write.place => {
                return broken(&format!("{mark} was sent to {:?}, and is in {place:?}", write.place));
            }
            (Some((_, there)), Some(told)) if there != told => {
                return broken(&format!("{mark} was acknowledged as {told}, and is {there}"));
            }
            (None, None) | (Some(_), _) => {}
        }
    }
    match seen.first_key_value() {
        Some((mark, (place, _))) => broken(&format!("{mark} is in {place:?}, and nobody has sent it")),
        None => Ok(()),
    }
}

/// What is counted elsewhere is what was listed.
fn figures(agent: &Client, found: &Found) -> io::Result<()> {
    let stats = get(agent, "/api/v1/support/stats")?;
    equal(&stats["total"], found.tickets, "all tickets")?;
    let by_status = stats["by_status"].as_object().into_iter().flatten();
    let by_status: u64 = by_status.filter_map(|(_, count)| count.as_u64()).sum();
    equal(&by_status.into(), found.tickets, "tickets by status")?;
    // They may be a second old.
    let mut chats = get(agent, "/api/v1/chat/stats")?;
    for _ in 0..200 {
        if chats["total_messages"] == found.messages {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        chats = get(agent, "/api/v1/chat/stats")?;
    }
    equal(&chats["total_sessions"], found.sessions, "all sessions")?;
    equal(&chats["total_messages"], found.messages, "all messages")
}

/// The index has the words of what was written last.
fn is_found_by_its_words(agent: &Client, journal: &Journal) -> io::Result<()> {
    let writes = journal.writes();
    let acknowledged = || writes.iter().filter(|(_, write)| write.told.is_some()).rev();
    let last = |is: fn(&Place) -> bool| acknowledged().find(|(_, write)| is(&write.place));
    for (list, last) in [
        ("support/tickets", last(|place| matches!(place, Place::Ticket(_)))),
        ("chat/sessions", last(|place| matches!(place, Place::Session(_)))),
    ] {
        let Some((mark, _)) = last else { continue };
        let found = get(agent, &format!("/api/v1/{list}?search={mark}"))?;
        equal(&items(found)?.len().into(), 1, &format!("{list} with the word {mark}"))?;
    }
    Ok(())
}

fn see(seen: &mut Seen, mark: &Value, place: Place, told: String) -> io::Result<()> {
    let mark = text(mark)?;
    match seen.insert(mark.clone(), (place, told)) {
        Some(_) => broken(&format!("{mark} is there twice")),
        None => Ok(()),
    }
}

fn gap_free(rows: &[Value], of: &str) -> io::Result<()> {
    match rows.iter().zip(1_u64..).find(|(row, expected)| row["seq"] != *expected) {
        Some((row, expected)) => broken(&format!("{of} has seq {} in place of {expected}", row["seq"])),
        None => Ok(()),
    }
}

fn equal(counted: &Value, there: usize, what: &str) -> io::Result<()> {
    if counted.as_u64() == Some(there as u64) {
        return Ok(());
    }
    broken(&format!("{what}: counted {counted}, there are {there}"))
}

/// All pages of a list.
fn list(agent: &Client, first: &str) -> io::Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut path = first.to_owned();
    loop {
        let page = get(agent, &path)?;
        let next = page["next_cursor"].as_str().map(|cursor| format!("{first}&cursor={cursor}"));
        all.extend(items(page)?);
        match next {
            Some(next) => path = next,
            None => return Ok(all),
        }
    }
}

/// All messages of a session.
fn messages(agent: &Client, session: &str) -> io::Result<Vec<Value>> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |last: &Value| last["seq"].as_u64().unwrap_or_default());
        let path = format!("/api/v1/chat/sessions/{session}/messages?after_seq={after}&limit=100");
        let page = items(get(agent, &path)?)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn items(page: Value) -> io::Result<Vec<Value>> {
    match page {
        Value::Object(mut page) => match page.remove("items") {
            Some(Value::Array(items)) => Ok(items),
            _ => broken("a list without items"),
        },
        _ => broken("a list that is none"),
    }
}

fn text(value: &Value) -> io::Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| io::Error::other(format!("{value} is no text")))
}

fn broken<T>(promise: &str) -> io::Result<T> {
    Err(io::Error::other(promise.to_owned()))
}
