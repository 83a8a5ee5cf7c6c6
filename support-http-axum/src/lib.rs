//! The support desk over HTTP.
