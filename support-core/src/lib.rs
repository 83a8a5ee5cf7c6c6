//! Tickets, live chat and a bot for the support desk inside your own application.
//!
//! This crate is the desk itself: the domain, the rules, and every use case as a method on [`SupportDesk`]. It knows no SQL,
//! no HTTP and no runtime; `support-store-sqlx` keeps it in a database and `support-http-axum` serves it.
//!
//! ```
//! use support_core::{
//!     SupportDesk,
//!     access::Principal,
//!     desk::ticket::{NewReply, NewTicket},
//!     id::UserId,
//!     memory::MemoryStore,
//!     person::Person,
//!     text::{Body, Subject},
//!     ticket::TicketStatus,
//! };
//!
//! # pollster::block_on(async {
//! let desk = SupportDesk::builder(MemoryStore::new()).build();
//! let ann = Principal::user(Person::new(UserId::parse("ann")?).named("Ann"));
//! let ada = Principal::agent(Person::new(UserId::parse("ada")?).named("Ada"));
//!
//! let new = NewTicket::new(Subject::parse("Payment failed")?, Body::parse("My card was refused.")?);
//! let ticket = desk.create_ticket(&ann, &new, None).await?;
//! assert_eq!(ticket.status, TicketStatus::Open);
//!
//! let reply = NewReply::new(Body::parse("I am looking into it.")?);
//! let replied = desk.reply_to_ticket(&ada, &ticket.id.into(), &reply, None).await?;
//! assert_eq!(replied.ticket.status, TicketStatus::InProgress);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to look
//!
//! - [`SupportDesk`] and [`desk`]: what can be done, and what it needs and returns.
//! - [`access`]: who is calling, what they may see and do; replace [`access::DefaultPolicy`] with rules of your own.
//! - [`bot`]: what answers first in a chat; [`bot::RuleBot`] ships, [`bot::Bot`] is for your own.
//! - [`responder`]: a language model for what the bot cannot answer, held to what your own texts say.
//! - [`store`]: what a store must do, if you write one; the feature `conformance` has the suite that says whether it does.
//! - [`memory`]: the store for your unit tests.
//! - [`time`]: the clock and the ids, which tests replace.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `conformance` | | the suite of store behavior that every store runs |
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod access;
pub mod bot;
pub mod chat;
#[cfg(feature = "conformance")]
#[cfg_attr(docsrs, doc(cfg(feature = "conformance")))]
pub mod conformance;
pub mod desk;
pub mod directory;
pub mod error;
pub mod event;
mod gate;
pub mod id;
pub mod memory;
pub mod message;
pub mod person;
pub mod responder;
pub mod search;
pub mod store;
pub mod text;
pub mod ticket;
pub mod time;
mod together;
pub mod wake;

pub use desk::SupportDesk;
pub use error::{Error, ErrorKind, FieldError, Result};
