//! whichever call of the store fails, a write is done as a whole or not at all, and can be done again.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    bot::RuleBot,
    chat::SessionSort,
    conformance::failing::FailingStore,
    desk::{
        Assign,
        chat::{NewMessage, NewRating, NewSession, TicketFromChat},
        ticket::NewReply,
    },
    id::{SessionId, TenantId},
    memory::MemoryStore,
    person::Agent,
    store::PersonKey,
    text::Rating,
    ticket::{EntryKind, ThreadEntry, Ticket, TicketStatus},
};

use crate::world::{World, all_pages, amy, ann, body, contact, key, new_ticket, run, user_id};

/// A desk in the middle of its work: a ticket and a chat with answers, a chat that is closed, a chat that waits.
struct Scene {
    world: World,
    store: FailingStore,
    ticket: Ticket,
    closed: Ticket,
    chat: SessionId,
    over: SessionId,
}

fn scene() -> Scene {
    let inner = MemoryStore::new();
    let store = FailingStore::new(inner.clone());
    let world = World::on(store.clone(), inner, |desk| desk.bot(RuleBot::with_default_knowledge_base()));
    run(world.desk.register_agent(&TenantId::default(), &Agent::new(user_id("amy"), "Amy"))).unwrap();
    let ticket = world.ticket(&ann());
    world.reply(&ann(), &ticket, "Is anybody there?").unwrap();
    world.note(&amy(), &ticket, "She asks again.").unwrap();
    let closed = world.ticket_that_is(TicketStatus::Closed);
    let chat = world.chat(&ann()).id;
    world.say(&ann(), chat, "Hello").unwrap();
    let over = world.chat(&ann()).id;
    world.say(&ann(), over, "Hello").unwrap();
    world.close(&ann(), over);
    Scene { world, store, ticket, closed, chat, over }
}

impl Scene {
    /// All that is there. What is in it must fit together.
    fn picture(&self) -> String {
        let (world, amy) = (&self.world, amy());
        let tickets = all_pages(|page| {
            run(world.desk.list_tickets(&amy, &Default::default(), Default::default(), page)).unwrap()
        });
        let sessions = all_pages(|page| {
            run(world.desk.list_sessions(&amy, &Default::default(), SessionSort::Recent, page)).unwrap()
        });
        let mut picture = format!("{tickets:?}{sessions:?}{:?}", world.events());
        for ticket in &tickets {
            let thread = world.thread(&amy, ticket);
            let is_reply = |entry: &&ThreadEntry| matches!(entry, ThreadEntry::Staff(entry) if entry.kind == EntryKind::PublicReply);
            let replies = thread.iter().filter(is_reply).count();
            assert_eq!(ticket.reply_count as usize, replies, "replies are counted: {thread:?}");
            picture.push_str(&format!("{thread:?}{:?}", world.history(ticket)));
        }
        for session in &sessions {
            let messages = world.messages(session.session.id);
            let seqs: Vec<_> = messages.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, (1..=session.session.last_seq).collect::<Vec<_>>(), "messages have no gaps");
            picture.push_str(&format!("{messages:?}"));
        }
        let agents = run(world.desk.list_agents(&amy)).unwrap();
        picture.push_str(&format!("{agents:?}"));
        picture
    }
}

/// What is done in one transaction, and so leaves nothing behind when it fails; or in several, each whole in itself.
#[derive(Clone, Copy, PartialEq)]
enum Done {
    AtOnce,
    InSteps,
}

/// Fails each store call of a write in turn.
fn fail_each_call(name: &str, done: Done, write: impl Fn(&Scene) -> support_core::Result<String>) {
    for n in 1..200 {
        let scene = scene();
        let before = scene.picture();
        scene.store.fail_call(n);
        let result = write(&scene);
        if !scene.store.fail_call(None) {
            result.unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(n > 2, "{name} has calls that can fail");
            assert_ne!(scene.picture(), before, "{name} writes");
            return;
        }
        match result {
            Err(error) => {
                assert_eq!(error.into_kind(), ErrorKind::Unavailable, "{name}, call {n}");
                let after = scene.picture();
                if done == Done::AtOnce {
                    assert_eq!(after, before, "{name}, call {n}: nothing is half-written");
                }
                write(&scene).unwrap_or_else(|error| panic!("{name}, once more after call {n}: {error:?}"));
                scene.picture();
            }
            // What the caller asked for was done; what comes of it is done later.
            Ok(_) => {
                scene.picture();
                assert!(done == Done::InSteps, "{name}, call {n}: a failure was not told");
            }
        }
    }
    panic!("{name} never came to its end");
}

#[test]
fn r_16_every_write_is_done_as_a_whole_or_not_at_all_whichever_store_call_fails() {
    use Done::{AtOnce, InSteps};

    fn said<T: std::fmt::Debug>(result: support_core::Result<T>) -> support_core::Result<String> {
        result.map(|value| format!("{value:?}"))
    }
    fail_each_call("create_ticket", AtOnce, |s| {
        said(run(s.world.desk.create_ticket(&ann(), &new_ticket("x"), Some(&key("k")))))
    });
    fail_each_call("update_ticket", AtOnce, |s| said(s.world.set_status(&s.ticket, TicketStatus::Resolved)));
    fail_each_call("close_ticket", AtOnce, |s| {
        said(run(s.world.desk.close_ticket(&ann(), &s.ticket.id.into(), None)))
    });
    fail_each_call("reopen_ticket", AtOnce, |s| {
        said(run(s.world.desk.reopen_ticket(&amy(), &s.closed.id.into(), None)))
    });
    fail_each_call("assign_ticket", AtOnce, |s| {
        said(run(s.world.desk.assign_ticket(&amy(), &s.ticket.id.into(), &Assign::Me, None)))
    });
    fail_each_call("reply_to_ticket", AtOnce, |s| said(s.world.reply(&amy(), &s.ticket, "Yes.")));
    fail_each_call("reply_to_ticket, a note", AtOnce, |s| said(s.world.note(&amy(), &s.ticket, "Hm.")));
    fail_each_call("reply_to_ticket, long closed", AtOnce, |s| {
        s.world.advance(TimeDelta::days(30));
        let reply = NewReply::new(body("Again!"));
        said(run(s.world.desk.reply_to_ticket(&ann(), &s.closed.id.into(), &reply, Some(&key("k")))))
    });
    fail_each_call("start_session", AtOnce, |s| {
        let new = NewSession { contact: contact(), ..NewSession::default() };
        said(run(s.world.desk.start_session(&Principal::anonymous(), &new, None)))
    });
    fail_each_call("send_message", InSteps, |s| {
        let new = NewMessage::new(body("How much does it cost?"));
        said(run(s.world.desk.send_message(&ann(), s.chat, &new, Some(&key("k")))))
    });
    fail_each_call("post_message", AtOnce, |s| {
        let new = NewMessage::new(body("Hello again"));
        said(run(s.world.desk.post_message(&ann(), s.chat, &new, Some(&key("k")))))
    });
    fail_each_call("close_session", AtOnce, |s| said(run(s.world.desk.close_session(&ann(), s.chat, None))));
    fail_each_call("reopen_session", AtOnce, |s| {
        said(run(s.world.desk.reopen_session(&amy(), s.over, None)))
    });
    fail_each_call("archive_session", AtOnce, |s| {
        said(run(s.world.desk.archive_session(&amy(), s.over, None)))
    });
    fail_each_call("request_handoff", AtOnce, |s| {
        said(run(s.world.desk.request_handoff(&ann(), s.chat, None)))
    });
    fail_each_call("assign_session", AtOnce, |s| said(s.world.assign(s.chat, &Assign::Me)));
    fail_each_call("rate_session", AtOnce, |s| {
        let new = NewRating { rating: Rating::new(4).unwrap(), feedback: None };
        said(run(s.world.desk.rate_session(&ann(), s.over, &new, None)))
    });
    fail_each_call("convert_session", AtOnce, |s| {
        said(run(s.world.desk.convert_session(&amy(), s.chat, &TicketFromChat::default(), Some(&key("k")))))
    });
    fail_each_call("mark_read", AtOnce, |s| said(run(s.world.desk.mark_read(&amy(), s.chat, 2))));
    fail_each_call("erase_person", AtOnce, |s| {
        said(run(s.world.desk.erase_person(&Principal::system(), &PersonKey::User(user_id("ann")))))
    });
    fail_each_call("tick", InSteps, |s| {
        s.world.advance(TimeDelta::minutes(31));
        said(run(s.world.desk.tick()))
    });
    fail_each_call("register_agent", AtOnce, |s| {
        said(run(s.world.desk.register_agent(&TenantId::default(), &Agent::new(user_id("max"), "Max"))))
    });
}
