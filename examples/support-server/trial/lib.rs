//! The server put to the test: as a process that is started and killed, called over HTTP, cut off from its database.
//!
//! [`process`] starts servers, [`client`] calls them, [`proxy`] comes between a server and its database, and [`crash`] kills
//! servers under load and looks at what is left; [`overload`] asks more of a server than it can do, and [`startup`] only
//! that it is there. The tests of this package use the first five; each of the last three is a binary too.

pub mod client;
pub mod crash;
pub mod overload;
pub mod process;
pub mod proxy;
pub mod startup;
