//! The desk, its bot and the model's endpoint: what a customer sees, whatever the endpoint does.

mod fake;
mod misbehaving;
mod scene;
mod telling;
