//! Agents and what they have in hand.

use std::collections::BTreeMap;

use super::fixtures::{Desk, HOSTILE_LINE, assignee, guest, long, user_id};
use crate::{
    chat::{Session, SessionStatus},
    id::UserId,
    person::{Agent, Availability},
    store::{AgentLoad, Store},
    ticket::{Ticket, TicketStatus},
};

async fn found(desk: &Desk<'_>, id: &UserId) -> Option<Agent> {
    desk.read(async |t| t.agents().find(id).await.unwrap()).await
}

async fn upsert(desk: &Desk<'_>, agent: &Agent) {
    desk.write(async |t| t.agents().upsert(agent).await.unwrap()).await;
}

async fn listed(desk: &Desk<'_>) -> Vec<Agent> {
    desk.read(async |t| t.agents().list().await.unwrap()).await
}

pub async fn an_agent_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    for (id, name) in [
        (user_id(" Bob é\u{301} "), format!(" {HOSTILE_LINE} ")),
        (UserId::parse(long(UserId::MAX)).unwrap(), long(128)),
        (user_id("nameless"), String::new()),
    ] {
        for availability in Availability::ALL.iter().copied() {
            let mut agent = Agent::new(id.clone(), name.clone());
            agent.availability = availability;
            upsert(&desk, &agent).await;
            assert_eq!(found(&desk, &id).await, Some(agent));
        }
    }
    assert_eq!(found(&desk, &user_id("eve")).await, None);
}

pub async fn the_same_id_is_the_same_agent(store: &dyn Store) {
    let desk = Desk::new(store);
    upsert(&desk, &Agent::new(user_id("bob"), "Bob")).await;
    upsert(&desk, &Agent::new(user_id("Bob"), "Another")).await;
    upsert(&desk, &Agent::new(user_id("bob"), "Robert")).await;
    upsert(&desk, &Agent::new(user_id("bob"), "Robert")).await;
    assert_eq!(found(&desk, &user_id("bob")).await.unwrap().name, "Robert");
    assert_eq!(found(&desk, &user_id("Bob")).await.unwrap().name, "Another");
    assert_eq!(listed(&desk).await.len(), 2);
}

pub async fn agents_are_listed_by_name_and_then_id(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(listed(&desk).await, []);
    // In the order of code points, on every store.
    let expected =
        [("9", ""), ("4", "Ann"), ("7", "Ann"), ("1", "Zoe"), ("3", "ann"), ("2", "Émile"), ("0", "👍")];
    for (id, name) in [3, 0, 6, 2, 5, 1, 4].map(|index: usize| expected[index]) {
        upsert(&desk, &Agent::new(user_id(id), name)).await;
    }
    let agents = listed(&desk).await;
    let found: Vec<_> = agents.iter().map(|agent| (agent.id.as_str(), agent.name.as_str())).collect();
    assert_eq!(found, expected);
}

pub async fn a_load_is_open_tickets_and_active_chats(store: &dyn Store) {
    let desk = Desk::new(store);
    for id in ["bob", "idle"] {
        upsert(&desk, &Agent::new(user_id(id), id)).await;
    }
    let loads = async || desk.read(async |t| t.agents().loads().await.unwrap()).await;
    assert_eq!(loads().await, BTreeMap::new());
    for status in TicketStatus::ALL.iter().copied() {
        let ticket = |id| Ticket { status, assignee: Some(assignee(id)), ..desk.ticket() };
        desk.add_tickets(&[ticket("bob"), Ticket { assignee: None, ..ticket("bob") }]).await;
        desk.add_ticket(Ticket { status: TicketStatus::Resolved, ..ticket("done") }).await;
    }
    for status in SessionStatus::ALL.iter().copied() {
        let session = |id| Session { status, assignee: Some(assignee(id)), ..desk.session(guest()) };
        desk.add_session(session("bob")).await;
        desk.add_session(session("Bob")).await;
        desk.add_session(desk.session(guest())).await;
    }
    let expected = [
        (user_id("bob"), AgentLoad { open_tickets: 4, active_chats: 1 }),
        (user_id("Bob"), AgentLoad { open_tickets: 0, active_chats: 1 }),
    ];
    let mut found = loads().await;
    // A load of nothing may be said or left out.
    found.retain(|_, load| *load != AgentLoad::default());
    assert_eq!(found, BTreeMap::from(expected));
}
