//! S-12: one predicate feeds get, list, search, count and stats.

use std::collections::BTreeSet;

use proptest::prelude::*;
use support_core::{
    access::Principal,
    chat::{SessionFilter, SessionSort},
    desk::chat::TicketFromChat,
    id::{SessionId, TenantId, TicketId},
    person::Person,
    ticket::{Period, TicketFilter, TicketSort},
};

use crate::world::{World, all_pages, amy, new_ticket, noon, run, search, user_id};

/// Somebody at one of two tenants.
#[derive(Debug, Clone, Copy)]
struct Who {
    person: u8,
    elsewhere: bool,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Ticket(Who),
    Note,
    Chat(Who),
    GuestChat { elsewhere: bool },
    Message(Who),
    Convert,
}

fn who() -> impl Strategy<Value = Who> {
    (0..3u8, any::<bool>()).prop_map(|(person, elsewhere)| Who { person, elsewhere })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        who().prop_map(Step::Ticket),
        Just(Step::Note),
        who().prop_map(Step::Chat),
        any::<bool>().prop_map(|elsewhere| Step::GuestChat { elsewhere }),
        who().prop_map(Step::Message),
        Just(Step::Convert),
    ]
}

fn tenant(elsewhere: bool) -> TenantId {
    if elsewhere { TenantId::parse("elsewhere").unwrap() } else { TenantId::default() }
}

fn user(who: Who) -> Principal {
    Principal::user(Person::new(user_id(&format!("u{}", who.person)))).at(tenant(who.elsewhere))
}

/// What random people left behind, every ticket and message with the word `lamp` in it.
struct Left {
    world: World,
    tickets: Vec<TicketId>,
    sessions: Vec<SessionId>,
    callers: Vec<Principal>,
}

fn leave(steps: &[Step]) -> Left {
    let world = World::new();
    let (mut tickets, mut sessions) = (Vec::new(), Vec::new());
    let mut callers = vec![Principal::system(), amy(), amy().at(tenant(true))];
    let people = (0..3).flat_map(|person| [false, true].map(|elsewhere| Who { person, elsewhere }));
    callers.extend(people.map(user));
    for step in steps {
        match *step {
            Step::Ticket(who) => {
                tickets.push(run(world.desk.create_ticket(&user(who), &new_ticket("lamp"), None)).unwrap());
            }
            Step::Note => {
                if let Some(ticket) = tickets.last() {
                    let _ = world.note(&amy(), ticket, "canary");
                }
            }
            Step::Chat(who) => {
                let chat = world.chat(&user(who)).id;
                world.say(&user(who), chat, "lamp").unwrap();
                sessions.push(chat);
            }
            Step::GuestChat { elsewhere } => {
                let new = support_core::desk::chat::NewSession {
                    contact: crate::world::contact(),
                    ..Default::default()
                };
                let stranger = Principal::anonymous().at(tenant(elsewhere));
                let chat = run(world.desk.start_session(&stranger, &new, None)).unwrap().view.session.id;
                let guest = Principal::guest(chat).at(tenant(elsewhere));
                world.say(&guest, chat, "lamp").unwrap();
                callers.push(guest);
                sessions.push(chat);
            }
            Step::Message(who) => {
                if let Some(chat) = sessions.last() {
                    let _ = world.say(&user(who), *chat, "more about the lamp");
                }
            }
            Step::Convert => {
                if let Some(chat) = sessions.last() {
                    let new =
                        TicketFromChat { subject: Some(crate::world::subject("lamp")), ..Default::default() };
                    tickets.extend(run(world.desk.convert_session(&amy(), *chat, &new, None)).ok());
                }
            }
        }
    }
    let tickets = tickets.into_iter().map(|ticket| ticket.id).collect();
    Left { world, tickets, sessions, callers }
}

fn listed_tickets(world: &World, by: &Principal, filter: &TicketFilter) -> BTreeSet<TicketId> {
    let list = all_pages(|page| run(world.desk.list_tickets(by, filter, TicketSort::Waiting, page)).unwrap());
    list.into_iter().map(|ticket| ticket.id).collect()
}

fn listed_sessions(world: &World, by: &Principal, filter: &SessionFilter) -> BTreeSet<SessionId> {
    let list =
        all_pages(|page| run(world.desk.list_sessions(by, filter, SessionSort::Unread, page)).unwrap());
    list.into_iter().map(|view| view.session.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s_12_what_is_listed_searched_counted_and_found_is_the_same(
        steps in prop::collection::vec(step(), 0..24)
    ) {
        let Left { world, tickets, sessions, callers } = leave(&steps);
        let desk = &world.desk;
        for by in &callers {
            let found: BTreeSet<SessionId> =
                sessions.iter().copied().filter(|id| run(desk.find_session(by, *id)).unwrap().is_some()).collect();
            let all = SessionFilter::default();
            let lamps = SessionFilter { search: Some(search("lamp")), ..SessionFilter::default() };
            prop_assert_eq!(&listed_sessions(&world, by, &all), &found, "{:?}", by);
            prop_assert_eq!(&listed_sessions(&world, by, &lamps), &found, "{:?}", by);
            prop_assert_eq!(run(desk.count_sessions(by, &all)).unwrap(), found.len() as u64);
            prop_assert_eq!(run(desk.count_sessions(by, &lamps)).unwrap(), found.len() as u64);
            let anns = SessionFilter { user: vec![user_id("ann")], ..SessionFilter::default() };
            let listed = listed_sessions(&world, by, &anns);
            prop_assert!(listed.is_subset(&found), "{:?}", by);
            prop_assert_eq!(run(desk.count_sessions(by, &anns)).unwrap(), listed.len() as u64);
            for id in &sessions {
                let readable = run(desk.session_transcript(by, *id)).is_ok();
                prop_assert_eq!(readable, found.contains(id));
            }

            if matches!(by.identity, support_core::access::Identity::Guest { .. }) {
                prop_assert_eq!(found.len(), 1);
                prop_assert!(run(desk.count_tickets(by, &TicketFilter::default())).is_err());
                continue;
            }
            let found: BTreeSet<TicketId> =
                tickets.iter().copied().filter(|id| run(desk.find_ticket(by, &(*id).into())).unwrap().is_some()).collect();
            let all = TicketFilter::default();
            let lamps = TicketFilter { search: Some(search("lamp")), ..TicketFilter::default() };
            prop_assert_eq!(&listed_tickets(&world, by, &all), &found, "{:?}", by);
            prop_assert_eq!(&listed_tickets(&world, by, &lamps), &found, "{:?}", by);
            prop_assert_eq!(run(desk.count_tickets(by, &all)).unwrap(), found.len() as u64);
            prop_assert_eq!(run(desk.count_tickets(by, &lamps)).unwrap(), found.len() as u64);
            let stats = run(desk.ticket_stats(by, Period::new(noon(), noon()))).unwrap();
            prop_assert_eq!(stats.total, found.len() as u64);
            prop_assert_eq!(stats.by_status.values().sum::<u64>(), found.len() as u64);
            let canaries = TicketFilter { search: Some(search("canary")), ..TicketFilter::default() };
            if !by.is_staff() {
                prop_assert_eq!(run(desk.count_tickets(by, &canaries)).unwrap(), 0);
            }
        }
    }
}
