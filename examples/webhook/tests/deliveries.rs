//! Deliveries to receivers on this machine, good and bad.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod liar;
mod receiver;

use std::{sync::Arc, time::Duration};

use support_core::{
    SupportDesk,
    access::Principal,
    desk::{
        DeskConfig, PageQuery,
        ticket::{NewReply, NewTicket},
    },
    event::DeadLetter,
    id::UserId,
    memory::MemoryStore,
    person::Person,
    text::{Body, Subject},
    ticket::Ticket,
    time::{Clock as _, SystemClock},
};
use webhook::{Destinations, Endpoint, Notes, Secret, WebhookSink, verify};

use crate::{
    liar::Liar,
    receiver::{Answer, Receiver},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn secret() -> Secret {
    Secret::parse(SECRET).unwrap()
}

/// A hook for a receiver on this machine, which is allowed by name here and nowhere else.
fn sink(receiver: &Receiver) -> WebhookSink {
    let endpoint = Endpoint::parse(&receiver.url()).unwrap();
    WebhookSink::new(endpoint, secret()).unwrap().destinations(Destinations::PublicAndLoopback)
}

/// A desk that tries once more at most.
fn desk(sink: WebhookSink) -> SupportDesk {
    let mut config = DeskConfig::default();
    (config.hook_attempts, config.hook_first_retry) = (2, Duration::ZERO);
    SupportDesk::builder(MemoryStore::new()).config(config).events(sink).build()
}

fn ann() -> Principal {
    Principal::user(Person::new(UserId::parse("ann").unwrap()).named("Ann"))
}

async fn open_ticket(desk: &SupportDesk) -> Ticket {
    let new = NewTicket::new(Subject::parse("canary").unwrap(), Body::parse("canary").unwrap());
    desk.create_ticket(&ann(), &new, None).await.unwrap()
}

async fn add_note(desk: &SupportDesk, ticket: &Ticket) {
    let ada = Principal::agent(Person::new(UserId::parse("ada").unwrap()).named("Ada"));
    let note = NewReply::note(Body::parse("canary").unwrap());
    desk.reply_to_ticket(&ada, &ticket.id.into(), &note, None).await.unwrap();
}

async fn dead_letters(desk: &SupportDesk) -> Vec<DeadLetter> {
    desk.list_dead_letters(&Principal::system(), &PageQuery::default()).await.unwrap().items
}

/// Delivers once: how many were taken, failed and were given up.
async fn deliver(desk: &SupportDesk) -> (u64, u64, u64) {
    let told = desk.deliver_events().await.unwrap();
    (told.events, told.failures, told.dead_letters)
}

#[tokio::test]
async fn a_delivery_is_signed_names_the_object_and_holds_no_content() {
    let receiver = Receiver::answering(Answer::Status(204)).await;
    let desk = desk(sink(&receiver));
    let ticket = open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (1, 0, 0));
    let received = receiver.received();
    let [delivery] = &received[..] else { panic!("{received:?}") };
    let id = verify(&secret(), &delivery.headers, &delivery.body, SystemClock.now()).unwrap();
    assert!(id.starts_with("evt_") && id.ends_with("_1"), "{id}");
    assert_eq!(delivery.headers["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_slice(&delivery.body).unwrap();
    assert_eq!(body["type"], "ticket_created");
    assert_eq!(body["data"]["ticket_id"], ticket.id.to_string());
    assert!(!String::from_utf8_lossy(&delivery.body).contains("canary"));
}

#[tokio::test]
async fn deliveries_come_in_order_and_a_retry_has_the_same_id() {
    let receiver = Receiver::answering(Answer::Status(200)).await;
    receiver.next([Answer::Status(204), Answer::Status(500)]);
    let desk = desk(sink(&receiver));
    for _ in 0..3 {
        open_ticket(&desk).await;
    }
    assert_eq!(deliver(&desk).await, (3, 1, 0));
    let ids = receiver.ids();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[1], ids[2], "the second was sent again");
    assert!(ids[0] != ids[1] && ids[2] != ids[3]);
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_replaced() {
    let receiver = Receiver::answering(Answer::Status(200)).await;
    let older = Secret::generate().unwrap();
    let desk = desk(sink(&receiver).replacing(older.clone()));
    open_ticket(&desk).await;
    deliver(&desk).await;
    let delivery = receiver.received().remove(0);
    for secret in [secret(), older] {
        verify(&secret, &delivery.headers, &delivery.body, SystemClock.now()).unwrap();
    }
}

#[tokio::test]
async fn notes_are_told_of_only_if_that_is_wanted() {
    for (notes, expected) in [(Notes::Withheld, 1), (Notes::Told, 2)] {
        let receiver = Receiver::answering(Answer::Status(200)).await;
        let desk = desk(sink(&receiver).notes(notes));
        let ticket = open_ticket(&desk).await;
        add_note(&desk, &ticket).await;
        assert_eq!(deliver(&desk).await, (2, 0, 0), "{notes:?}");
        assert_eq!(receiver.received().len(), expected, "{notes:?}");
        assert!(
            receiver.received().iter().all(|told| !String::from_utf8_lossy(&told.body).contains("canary"))
        );
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_is_given_up_at_once() {
    for (status, tries) in [(500, 2), (503, 2), (429, 2), (408, 2), (400, 1), (401, 1), (404, 1), (422, 1)] {
        let receiver = Receiver::answering(Answer::Status(status)).await;
        let desk = desk(sink(&receiver));
        open_ticket(&desk).await;
        assert_eq!(deliver(&desk).await, (0, tries, 1), "{status}");
        let letters = dead_letters(&desk).await;
        assert!(letters[0].error.contains(&status.to_string()), "{letters:?}");
        assert_eq!(receiver.received().len() as u64, tries, "{status}");
    }
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_sent_nothing_more() {
    let receiver = Receiver::answering(Answer::Status(410)).await;
    let desk = desk(sink(&receiver));
    for _ in 0..3 {
        open_ticket(&desk).await;
    }
    assert_eq!(deliver(&desk).await, (0, 3, 3));
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(dead_letters(&desk).await.len(), 3, "and nothing is lost");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Receiver::answering(Answer::Status(200)).await;
    let receiver = Receiver::answering(Answer::Redirect(elsewhere.url())).await;
    let desk = desk(sink(&receiver));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (0, 2, 1));
    assert_eq!((receiver.received().len(), elsewhere.received().len()), (2, 0));
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_inside() {
    let receiver = Receiver::answering(Answer::Status(200)).await;
    let port = receiver.port();
    let urls = [
        receiver.url(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        // A name that is this machine's, and other ways to write its address.
        format!("https://localhost:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://0:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
    ];
    for url in urls {
        let sink = WebhookSink::new(Endpoint::parse(&url).unwrap(), secret()).unwrap();
        let desk = desk(sink);
        open_ticket(&desk).await;
        assert_eq!(deliver(&desk).await, (0, 2, 1), "{url}");
        let error = &dead_letters(&desk).await[0].error;
        let is_refused = ["not connected to", "cannot be resolved"].iter().any(|why| error.contains(why));
        assert!(is_refused, "{url}: {error}");
    }
    assert_eq!(receiver.connections(), 0);
}

/// DNS rebinding: a name that is checked at a public address, and is one inside a moment later.
#[tokio::test]
async fn a_name_that_is_another_address_a_moment_later_leads_nowhere_else() {
    const PUBLIC: [&str; 2] = ["93.184.215.14", "2606:4700::1111"];
    for inside in ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:192.168.0.1", "fd00::1"] {
        for public in PUBLIC {
            let receiver = Receiver::over_tls(Answer::Status(200)).await;
            let liar = Liar::leading_to(&receiver, &[&[public], &[inside]]);
            let endpoint = Endpoint::parse(&receiver.url()).unwrap();
            let sink = WebhookSink::new(endpoint, secret()).unwrap().trust(receiver::roots());
            let desk = desk(sink.network(liar.clone()));
            open_ticket(&desk).await;
            assert_eq!(deliver(&desk).await, (1, 0, 0), "{public}, then {inside}");
            assert_eq!(liar.resolved(), 1, "what was checked is what is used");
            // From now on the name is inside.
            open_ticket(&desk).await;
            assert_eq!(deliver(&desk).await, (0, 2, 1), "{public}, then {inside}");
            assert!(dead_letters(&desk).await[0].error.contains("not connected to"));
            assert_eq!((liar.resolved(), liar.connected()), (3, vec![public.parse().unwrap()]));
            assert_eq!(receiver.received().len(), 1);
        }
    }
}

#[tokio::test]
async fn of_several_addresses_of_a_name_those_inside_are_left_out() {
    let receiver = Receiver::over_tls(Answer::Status(200)).await;
    // The first of the public ones does not answer, and what lies inside is no way around that.
    let addresses: &[&str] = &["10.0.0.1", Liar::DEAF, "127.0.0.1", "93.184.215.14", "fe80::1"];
    let liar = Liar::leading_to(&receiver, &[addresses, &["192.168.0.1", Liar::DEAF]]);
    let sink = WebhookSink::new(Endpoint::parse(&receiver.url()).unwrap(), secret()).unwrap();
    let desk = desk(sink.trust(receiver::roots()).network(liar.clone()));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (1, 0, 0));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (0, 2, 1));
    assert!(dead_letters(&desk).await[0].error.contains("cannot be connected to"));
    let connected: Vec<_> = liar.connected().iter().map(ToString::to_string).collect();
    assert_eq!(connected, [Liar::DEAF, "93.184.215.14", Liar::DEAF, Liar::DEAF]);
}

#[tokio::test]
async fn an_answer_is_read_no_further_than_its_head() {
    // Either of these would never end.
    let receiver = Receiver::answering(Answer::EndlessBody).await;
    let desk = desk(sink(&receiver));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (1, 0, 0));

    let receiver = Receiver::answering(Answer::EndlessHead).await;
    let desk = self::desk(sink(&receiver));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (0, 2, 1));
    assert!(dead_letters(&desk).await[0].error.contains("did not answer as HTTP says"));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_costs_a_bounded_time() {
    let receiver = Receiver::answering(Answer::Never).await;
    let desk = desk(sink(&receiver));
    open_ticket(&desk).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(deliver(&desk).await, (0, 2, 1));
    assert_eq!(dead_letters(&desk).await[0].error, "the answer took longer than 5 seconds");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_receiver_of_ones_own_authority_is_reached_over_tls_and_another_is_not() {
    let receiver = Receiver::over_tls(Answer::Status(200)).await;
    let trusting = desk(sink(&receiver).trust(receiver::roots()));
    open_ticket(&trusting).await;
    assert_eq!(deliver(&trusting).await, (1, 0, 0));
    let desk = desk(sink(&receiver));
    open_ticket(&desk).await;
    assert_eq!(deliver(&desk).await, (0, 2, 1));
    assert!(dead_letters(&desk).await[0].error.contains("certificate"), "{:?}", dead_letters(&desk).await);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn the_receiver_that_ships_believes_what_the_sink_sends_and_nobody_else() {
    let taken = Arc::new(std::sync::Mutex::new(Vec::new()));
    let takes = Arc::clone(&taken);
    let router = webhook::receiver(secret(), move |id, _| takes.lock().unwrap().push(id.to_owned()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    for (secret, expected) in [(secret(), (1, 0, 0)), (Secret::generate().unwrap(), (0, 1, 1))] {
        let sink = WebhookSink::new(Endpoint::parse(&url).unwrap(), secret).unwrap();
        let desk = desk(sink.destinations(Destinations::PublicAndLoopback));
        open_ticket(&desk).await;
        assert_eq!(deliver(&desk).await, expected);
    }
    assert_eq!(taken.lock().unwrap().len(), 1);
}
