//! The server put to the test: as a process that is started and killed, called over HTTP, cut off from its database.
//!
//! [`process`] starts servers, [`client`] calls them, [`proxy`] comes between a server and its database, and [`crash`] kills
//! servers under load and looks at what is left. The tests of this package use all of it; the binary `crash` runs the
//! last for as long as one likes.

pub mod client;
pub mod crash;
pub mod process;
pub mod proxy;
