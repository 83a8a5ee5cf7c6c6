//! The store on SQLite.

mod conformance;
