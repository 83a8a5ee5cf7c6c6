//! The store on SQLite.

mod conformance;
mod desk;
