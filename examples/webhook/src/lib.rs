//! Webhooks: another system is told what happens at the desk.
//!
//! [`WebhookSink`] is an [`EventSink`](support_core::event::EventSink) that posts each event to one address:
//!
//! ```
//! use support_core::{SupportDesk, memory::MemoryStore};
//! use webhook::{Endpoint, Secret, WebhookSink};
//!
//! # fn build() -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = Endpoint::parse("https://hooks.example.com/support")?;
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let desk = SupportDesk::builder(MemoryStore::new()).events(WebhookSink::new(endpoint, secret)?).build();
//! // And in a task of its own: desk.keep_delivering().await
//! # Ok(())
//! # }
//! # build().unwrap();
//! ```
//!
//! - **Signed** as [Standard Webhooks](https://www.standardwebhooks.com) says: `webhook-id`, `webhook-timestamp` and
//!   `webhook-signature`, HMAC-SHA256 over all of it. [`verify`] is the receiver's side.
//! - **At least once, in order.** The desk keeps its place, tells again later and later, and sets aside what is refused for
//!   good (`SupportDesk::list_dead_letters`). A receiver that has seen a `webhook-id` may ignore it.
//! - **Names, no content.** The body says what happened to which object; who wants more asks the desk's API, which knows
//!   what they may see. That a note was written is told only if that is wanted ([`Notes`]).
//! - **Never to an address inside.** Whoever configures an endpoint must not reach what only this machine reaches. Names are
//!   resolved once, each address is checked, and the one that was checked is connected to ([`Destinations`]). Redirects are
//!   not followed.
//! - **Bounded.** Time for connecting and for the answer; of an answer its head is read and no more.

mod destination;
mod endpoint;
mod network;
mod post;
mod receive;
mod sign;
mod sink;

pub use self::{
    destination::Destinations,
    endpoint::{BadEndpoint, Endpoint},
    network::Network,
    post::PostError,
    receive::receiver,
    sign::{BadSecret, Refusal, Secret, verify},
    sink::{Notes, WebhookSink},
};
