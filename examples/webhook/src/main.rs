//! A desk that tells another system what happens, and that other system.
//!
//! ```sh
//! cargo run -p webhook -- receive                                  # prints a secret, and what it receives
//! cargo run -p webhook -- send http://127.0.0.1:4000/ --secret whsec_…
//! ```

use clap::Parser;
use support_core::{
    SupportDesk,
    access::Principal,
    desk::{
        PageQuery,
        ticket::{NewReply, NewTicket},
    },
    id::UserId,
    memory::MemoryStore,
    person::Person,
    text::{Body, Subject},
};
use webhook::{Destinations, Endpoint, Secret, WebhookSink, receiver};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(about = "Webhooks of the support desk, to be tried out")]
enum Command {
    /// Receives deliveries, verifies and prints them.
    Receive(Receive),
    /// Opens a ticket in a desk in memory, and tells an endpoint of it.
    Send(Deliver),
}

#[derive(Debug, clap::Args)]
struct Receive {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:4000")]
    listen: String,
    /// The secret; a fresh one without.
    #[arg(long, env = "WEBHOOK_SECRET")]
    secret: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Deliver {
    /// Where to post: https, or http to this machine.
    url: String,
    /// The secret that the receiver knows.
    #[arg(long, env = "WEBHOOK_SECRET")]
    secret: String,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match Command::parse() {
        Command::Receive(args) => receive(args).await,
        Command::Send(args) => send(args).await,
    }
}

async fn receive(args: Receive) -> Result<(), Failure> {
    let secret = match args.secret {
        Some(secret) => Secret::parse(&secret)?,
        None => {
            let secret = Secret::generate()?;
            println!("secret {}", secret.reveal());
            secret
        }
    };
    let listener = tokio::net::TcpListener::bind(&args.listen).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let router = receiver(secret, |id, body| println!("{id} {}", String::from_utf8_lossy(body)));
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Ok(axum::serve(listener, router).with_graceful_shutdown(stop).await?)
}

async fn send(args: Deliver) -> Result<(), Failure> {
    let sink = WebhookSink::new(Endpoint::parse(&args.url)?, Secret::parse(&args.secret)?)?
        .destinations(Destinations::PublicAndLoopback);
    let desk = SupportDesk::builder(MemoryStore::new()).events(sink).build();

    let ann = Principal::user(Person::new(UserId::parse("ann")?).named("Ann"));
    let ada = Principal::agent(Person::new(UserId::parse("ada")?).named("Ada"));
    let new = NewTicket::new(Subject::parse("Payment failed")?, Body::parse("My card was refused.")?);
    let ticket = desk.create_ticket(&ann, &new, None).await?;
    let note = NewReply::note(Body::parse("Told to nobody outside.")?);
    desk.reply_to_ticket(&ada, &ticket.id.into(), &note, None).await?;
    let reply = NewReply::new(Body::parse("I am looking into it.")?);
    desk.reply_to_ticket(&ada, &ticket.id.into(), &reply, None).await?;

    let told = desk.deliver_events().await?;
    println!("{} taken, {} failures, {} given up", told.events, told.failures, told.dead_letters);
    for letter in desk.list_dead_letters(&Principal::system(), &PageQuery::default()).await?.items {
        println!("given up: {} {}: {}", letter.id, letter.event.kind.as_str(), letter.error);
    }
    Ok(())
}
