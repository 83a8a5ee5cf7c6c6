//! Tickets, live chat and a bot for the support desk inside your own application.
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
pub mod id;
pub mod memory;
pub mod message;
pub mod person;
pub mod search;
pub mod store;
pub mod text;
pub mod ticket;
pub mod time;

pub use desk::SupportDesk;
pub use error::{Error, ErrorKind, FieldError, Result};
