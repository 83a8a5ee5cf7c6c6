//! Ratings.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    desk::chat::NewRating,
    event::EventKind,
    text::{Feedback, Rating},
};

use crate::world::{World, amy, ann, bob, refusal, run};

fn with_words(stars: i64, words: &str) -> NewRating {
    NewRating { rating: Rating::new(stars).unwrap(), feedback: Some(Feedback::parse(words).unwrap()) }
}

#[test]
fn only_a_closed_chat_is_rated() {
    let world = World::new();
    let chat = world.chat(&ann());
    assert_eq!(refusal(world.rate(&ann(), chat.id, 5)), ErrorKind::SessionActive);
    world.close(&ann(), chat.id);
    let events = world.events_of(|| {
        assert_eq!(world.rate(&ann(), chat.id, 5).unwrap().rating, Some(Rating::new(5).unwrap()));
    });
    assert_eq!(events, [EventKind::SessionUpdated]);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    assert_eq!(refusal(world.rate(&ann(), chat.id, 1)), ErrorKind::SessionArchived);
}

#[test]
fn only_the_chats_own_customer_rates_it() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    assert_eq!(refusal(world.rate(&amy(), chat.id, 5)), ErrorKind::Forbidden);
    assert_eq!(refusal(world.rate(&bob(), chat.id, 5)), ErrorKind::NotFound);
    assert_eq!(refusal(world.rate(&Principal::anonymous(), chat.id, 5)), ErrorKind::Unauthenticated);
    let (guest, guests, _) = world.guest();
    assert_eq!(refusal(world.rate(&guest, chat.id, 5)), ErrorKind::NotFound);
    world.close(&guest, guests.id);
    assert!(world.rate(&guest, guests.id, 5).is_ok());
}

#[test]
fn an_agent_rates_a_chat_they_opened_themselves() {
    let world = World::new();
    let chat = world.chat(&amy());
    world.close(&amy(), chat.id);
    assert!(world.rate(&amy(), chat.id, 5).is_ok());
}

#[test]
fn a_rating_is_changed_for_7_days_from_the_first_and_not_later() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    world.advance(TimeDelta::days(100));
    world.rate(&ann(), chat.id, 1).unwrap();
    let rated_at = world.now();
    world.advance(TimeDelta::days(7));
    let changed = world.rate(&ann(), chat.id, 4).unwrap();
    assert_eq!((changed.rating.unwrap().stars(), changed.rated_at), (4, Some(rated_at)));
    world.advance(TimeDelta::microseconds(1));
    assert_eq!(refusal(world.rate(&ann(), chat.id, 5)), ErrorKind::RatingFinal);
    assert_eq!(world.session(chat.id).rating.unwrap().stars(), 4);
}

#[test]
fn the_next_close_may_be_rated_again() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    run(world.desk.rate_session(&ann(), chat.id, &with_words(1, "bad"), None)).unwrap();
    run(world.desk.reopen_session(&amy(), chat.id, None)).unwrap();
    world.advance(TimeDelta::days(8));
    world.close(&ann(), chat.id);
    let rated = world.rate(&ann(), chat.id, 5).unwrap();
    assert_eq!((rated.rating.unwrap().stars(), rated.feedback, rated.rated_at), (5, None, Some(world.now())));
}

#[test]
fn the_same_rating_again_changes_nothing_and_feedback_is_kept() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    let rated = run(world.desk.rate_session(&ann(), chat.id, &with_words(3, "so so"), None)).unwrap();
    assert_eq!(world.rate(&ann(), chat.id, 3).unwrap(), rated);
    let better = world.rate(&ann(), chat.id, 4).unwrap();
    assert_eq!(better.feedback, rated.feedback);
}

#[test]
fn r_13_a_rating_before_its_close_is_one_of_that_close() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.close(&ann(), chat.id);
    world.advance(TimeDelta::hours(-1));
    run(world.desk.rate_session(&ann(), chat.id, &with_words(3, "so so"), None)).unwrap();
    let better = world.rate(&ann(), chat.id, 4).unwrap();
    assert_eq!(better.feedback.unwrap().as_str(), "so so");
}
