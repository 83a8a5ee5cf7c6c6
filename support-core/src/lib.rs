//! Tickets, live chat and a bot for the support desk inside your own application.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod bot;
