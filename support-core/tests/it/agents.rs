//! Who answers customers.

use async_trait::async_trait;
use support_core::{
    ErrorKind,
    access::Principal,
    desk::Assign,
    directory::{Directory, DirectoryError},
    id::{TenantId, UserId},
    person::{Agent, Availability, Person},
};

use crate::world::{World, amy, ann, max, refusal, run, user_id};

/// The host knows one agent, Zoe.
#[derive(Debug)]
struct HostDirectory;

#[async_trait]
impl Directory for HostDirectory {
    async fn find_agent(&self, _: &TenantId, id: &UserId) -> Result<Option<Agent>, DirectoryError> {
        match id.as_str() {
            "zoe" => Ok(Some(Agent::new(id.clone(), "Zoe"))),
            "broken" => Err(DirectoryError::new("cannot be reached")),
            _ => Ok(None),
        }
    }

    async fn list_agents(&self, _: &TenantId) -> Result<Vec<Agent>, DirectoryError> {
        Ok(vec![Agent::new(user_id("zoe"), "Zoe")])
    }
}

fn names(world: &World) -> Vec<(String, u64, u64)> {
    let agents = run(world.desk.list_agents(&amy())).unwrap();
    agents.into_iter().map(|a| (a.agent.name, a.load.open_tickets, a.load.active_chats)).collect()
}

#[test]
fn an_agent_who_has_called_is_known_and_customers_are_not_staff() {
    let world = World::new();
    let (guest, ..) = world.guest();
    for caller in [Principal::anonymous(), guest, ann(), Principal::system(), max(), amy(), amy()] {
        run(world.desk.recognize(&caller)).unwrap();
    }
    assert_eq!(names(&world), [("Amy".to_owned(), 0, 0), ("Max".to_owned(), 0, 0)]);
}

#[test]
fn an_agents_new_name_is_taken_and_no_name_takes_nothing_away() {
    let world = World::new();
    let mut agent = Agent::new(user_id("amy"), "Amy");
    agent.availability = Availability::Online;
    run(world.desk.register_agent(&TenantId::default(), &agent)).unwrap();
    let called = |person: Person| run(world.desk.recognize(&Principal::agent(person))).unwrap();
    called(Person::new(user_id("amy")));
    assert_eq!(names(&world)[0].0, "Amy");
    called(Person::new(user_id("amy")).named("Amelia"));
    let agents = run(world.desk.list_agents(&amy())).unwrap();
    assert_eq!(agents[0].agent.name, "Amelia");
    assert_eq!(agents[0].agent.availability, Availability::Online, "it is not the caller's to say");
}

#[test]
fn loads_count_open_tickets_and_active_chats() {
    let world = World::new();
    let (ticket, chat) = (world.ticket(&ann()), world.chat(&ann()));
    run(world.desk.assign_ticket(&amy(), &ticket.id.into(), &Assign::Me, None)).unwrap();
    world.assign(chat.id, &Assign::Me).unwrap();
    assert_eq!(names(&world), [("Amy".to_owned(), 1, 1)]);
    world.set_status(&ticket, support_core::ticket::TicketStatus::Resolved).unwrap();
    world.close(&amy(), chat.id);
    assert_eq!(names(&world), [("Amy".to_owned(), 0, 0)]);
}

#[test]
fn the_hosts_directory_is_the_only_word_where_there_is_one() {
    let world = World::build(|desk| desk.directory(HostDirectory));
    run(world.desk.recognize(&amy())).unwrap();
    assert_eq!(names(&world), [("Zoe".to_owned(), 0, 0)]);
    let chat = world.chat(&ann());
    assert!(matches!(refusal(world.assign(chat.id, &Assign::Me)), ErrorKind::Invalid(_)));
    let taken = world.assign(chat.id, &Assign::Agent(user_id("zoe"))).unwrap();
    assert_eq!(taken.assignee.unwrap().name, "Zoe");
    assert_eq!(refusal(world.assign(chat.id, &Assign::Agent(user_id("broken")))), ErrorKind::Internal);
}

#[test]
fn customers_do_not_list_agents() {
    let world = World::new();
    let (guest, ..) = world.guest();
    for (by, refused) in [
        (Principal::anonymous(), ErrorKind::Unauthenticated),
        (guest, ErrorKind::Forbidden),
        (ann(), ErrorKind::Forbidden),
    ] {
        assert_eq!(refusal(run(world.desk.list_agents(&by))), refused);
    }
}
