//! Processes of one desk that tell each other.

use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll, time::Duration};

use async_trait::async_trait;
use support_core::{
    desk::{DeskConfig, live::Topic},
    id::TenantId,
    memory::MemoryStore,
    person::{Agent, Availability},
    time::{SystemTimer, Timer as _},
    wake::{Wake, Words},
};

use crate::{
    live::{follow, next, told},
    world::{World, amy, ann, run, user_id},
};

/// One end of a line between two processes.
#[derive(Debug, Default, Clone)]
struct Line {
    to: Arc<Words>,
    from: Arc<Words>,
}

#[async_trait]
impl Wake for Line {
    fn say(&self, word: &[u8]) {
        self.to.put(word);
    }

    async fn hear(&self) -> Vec<u8> {
        self.from.take().await
    }
}

/// Two processes that never look at their store by themselves.
fn two_processes() -> (World, World) {
    let store = MemoryStore::new();
    let process = |line: Line| {
        World::on(store.clone(), store.clone(), |desk| {
            let mut config = DeskConfig::default();
            config.event_poll = Duration::from_secs(3_600);
            desk.config(config).wake(line)
        })
    };
    let end = Line::default();
    let other_end = Line { to: Arc::clone(&end.from), from: Arc::clone(&end.to) };
    (process(end), process(other_end))
}

fn availability(world: &World) -> Availability {
    world.desk.availability_of(&TenantId::default(), &Agent::new(user_id("amy"), "Amy"))
}

/// Goes on with what never ends, for as long as it does not wait.
fn go_on(endless: &mut Pin<Box<impl Future<Output = ()>>>) {
    run(poll_fn(|context| {
        assert!(endless.as_mut().poll(context).is_pending());
        Poll::Ready(())
    }));
}

#[test]
fn who_is_at_another_process_is_known_where_nobody_follows() {
    let (here, there) = two_processes();
    let mut feeding = Box::pin(here.desk.keep_feeding());
    there.desk.note_presence(&amy());
    let mut heard = Box::pin(async {
        while availability(&here) != Availability::Online {
            SystemTimer.sleep(Duration::from_millis(1)).await;
        }
    });
    run(poll_fn(|context| {
        assert!(feeding.as_mut().poll(context).is_pending(), "it never ends");
        heard.as_mut().poll(context)
    }));
}

#[test]
fn who_keeps_feeding_feeds_those_who_come_and_gives_way_when_it_is_dropped() {
    let (here, there) = two_processes();
    let chat = there.chat(&ann());
    let mut feeding = Box::pin(here.desk.keep_feeding());
    go_on(&mut feeding);
    let mut of_amy = run(here.desk.subscribe(&amy(), Topic::Chats, None)).unwrap();
    assert!(here.desk.feed().is_none(), "somebody does");
    there.say(&ann(), chat.id, "hello").unwrap();
    let first = run(async {
        let mut next = Box::pin(of_amy.next());
        poll_fn(|context| {
            assert!(feeding.as_mut().poll(context).is_pending());
            next.as_mut().poll(context)
        })
        .await
    });
    assert!(first.is_ok(), "{first:?}");
    drop(of_amy);
    go_on(&mut feeding);
    drop(feeding);
    let mut of_amy = follow(&here, &amy(), Topic::Chats);
    there.say(&ann(), chat.id, "still there?").unwrap();
    assert_eq!(told(&next(&mut of_amy)), "message_created still there?");
}

#[test]
fn without_a_line_there_is_nothing_to_keep_hearing() {
    run(World::new().desk.keep_feeding());
}
