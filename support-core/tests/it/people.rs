//! Personal data, handed out and forgotten.

use support_core::{
    ErrorKind,
    access::Principal,
    desk::Assign,
    id::TenantId,
    store::{ErasureCounts, PersonExport, PersonKey},
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, bob, key, new_ticket, refusal, run, user_id},
};

fn export(world: &World, person: &PersonKey) -> PersonExport {
    run(world.desk.export_person(&Principal::system(), person)).unwrap()
}

fn erase(world: &World, person: &PersonKey) -> ErasureCounts {
    run(world.desk.erase_person(&Principal::system(), person)).unwrap()
}

fn user(id: &str) -> PersonKey {
    PersonKey::User(user_id(id))
}

#[test]
fn only_the_host_itself_handles_personal_data() {
    let world = World::new();
    let (guest, ..) = world.guest();
    for (by, refused) in [
        (Principal::anonymous(), ErrorKind::Unauthenticated),
        (guest, ErrorKind::Forbidden),
        (ann(), ErrorKind::Forbidden),
        (amy(), ErrorKind::Forbidden),
    ] {
        assert_eq!(refusal(run(world.desk.export_person(&by, &user("ann")))), refused);
        assert_eq!(refusal(run(world.desk.erase_person(&by, &user("ann")))), refused);
    }
}

#[test]
fn an_export_holds_what_is_theirs_and_no_note() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.reply(&ann(), &ticket, "my reply").unwrap();
    world.note(&amy(), &ticket, "canary").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "my message").unwrap();
    let others = world.chat(&bob());
    world.say(&bob(), others.id, "not mine").unwrap();

    let exported = export(&world, &user("ann"));
    assert_eq!((exported.tickets.len(), exported.sessions.len(), exported.written.len()), (1, 1, 0));
    let text = serde_json::to_string(&exported).unwrap();
    assert!(text.contains("my reply") && text.contains("my message"));
    assert!(!text.contains("canary") && !text.contains("not mine"));
    let of_staff = export(&world, &user("amy"));
    assert_eq!(of_staff.written.len(), 1);
}

#[test]
fn an_erasure_counts_what_it_removes_and_leaves_nothing() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let ticket = run(world.desk.create_ticket(&ann(), &new_ticket("x"), Some(&key("k")))).unwrap();
    world.reply(&ann(), &ticket, "hello").unwrap();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    let kept = world.ticket(&bob());
    let of_bob = 1;
    let events = world.events().len() as u64 - of_bob;

    let counts = erase(&world, &user("ann"));
    let expected = ErasureCounts {
        tickets: 1,
        entries: 1,
        sessions: 1,
        messages: 2,
        // Why the bot answered, and that it did.
        bot_log: 2,
        events,
        dead_letters: 0,
        idempotency_records: 1,
        anonymized: 0,
    };
    assert_eq!(counts, expected);
    assert_eq!(export(&world, &user("ann")), PersonExport::default());
    assert_eq!(run(world.desk.find_ticket(&amy(), &ticket.id.into())).unwrap(), None);
    assert_eq!(run(world.desk.find_session(&amy(), chat.id)).unwrap(), None);
    assert_eq!(world.look_up(&kept), kept);
    assert_eq!(erase(&world, &user("ann")), ErasureCounts::default());
}

#[test]
fn an_agent_is_blotted_out_of_what_is_others() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    run(world.desk.assign_ticket(&amy(), &ticket.id.into(), &Assign::Me, None)).unwrap();
    world.reply(&amy(), &ticket, "hello").unwrap();
    assert!(erase(&world, &user("amy")).anonymized > 0);
    let seen = world.thread(&ann(), &ticket);
    assert_eq!((seen.len(), &seen[0].author().id, &seen[0].author().name), (1, &None, &None));
    assert_eq!(world.look_up(&ticket).assignee, None);
    assert!(!serde_json::to_string(&world.history(&ticket)).unwrap().contains("amy"));
}

#[test]
fn an_erased_agent_who_calls_again_is_known_again() {
    let world = World::new();
    run(world.desk.recognize(&amy())).unwrap();
    erase(&world, &user("amy"));
    assert_eq!(run(world.desk.list_agents(&amy())).unwrap(), []);
    run(world.desk.recognize(&amy())).unwrap();
    assert_eq!(run(world.desk.list_agents(&amy())).unwrap().len(), 1);
}

#[test]
fn a_guest_is_one_session() {
    let world = World::new();
    let (_, chat, token) = world.guest();
    let (_, other, _) = world.guest();
    let guest = PersonKey::Guest(chat.id);
    assert_eq!(export(&world, &guest).sessions.len(), 1);
    let counts = erase(&world, &guest);
    assert_eq!((counts.sessions, counts.events), (1, 1));
    let holder = run(world.desk.authenticate_guest(&TenantId::default(), token.reveal())).unwrap();
    assert_eq!(holder, None, "the token went with its session");
    assert_eq!(world.session(other.id), other);
}
