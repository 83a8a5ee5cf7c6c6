//! The server put to the test: as a process that is started and killed, called over HTTP, cut off from its database.
//!
//! [`process`] starts servers, [`client`] calls them, [`proxy`] comes between a server and its database, and [`crash`] kills
//! servers under load and looks at what is left; [`overload`] asks more of a server than it can do. The tests of this
//! package use all of it; the binaries `crash` and `overload` run the last two for as long as one likes.

pub mod client;
pub mod crash;
pub mod overload;
pub mod process;
pub mod proxy;
