//! Ticket numbers: given once, never again.

use std::collections::BTreeSet;

use super::fixtures::{Desk, at, day, together};
use crate::{
    access::Scope,
    store::{PersonKey, Store, StoreError, Transaction},
    ticket::{Ticket, TicketKey, TicketNumber},
};

async fn next(transaction: &mut dyn Transaction, days: u64) -> TicketNumber {
    transaction.tickets().next_number(day(days)).await.unwrap()
}

pub async fn numbers_of_a_day_count_from_one(store: &dyn Store) {
    let desk = Desk::new(store);
    let numbers = desk.write(async |t| [next(t, 0).await, next(t, 0).await, next(t, 0).await]).await;
    assert_eq!(numbers.map(String::from), ["TKT-20260131-0001", "TKT-20260131-0002", "TKT-20260131-0003"]);
    let number = desk.write(async |t| next(t, 0).await).await;
    assert_eq!(number.as_str(), "TKT-20260131-0004");
}

pub async fn every_day_has_numbers_of_its_own(store: &dyn Store) {
    let desk = Desk::new(store);
    let numbers =
        desk.write(async |t| [next(t, 0).await, next(t, 1).await, next(t, 0).await, next(t, 1).await]);
    assert_eq!(
        numbers.await.map(String::from),
        ["TKT-20260131-0001", "TKT-20260201-0001", "TKT-20260131-0002", "TKT-20260201-0002"]
    );
}

pub async fn tenants_do_not_share_numbers(store: &dyn Store) {
    let (desk, other) = (Desk::new(store), Desk::new(store));
    let first = desk.write(async |t| next(t, 0).await).await;
    let again = other.write(async |t| next(t, 0).await).await;
    assert_eq!(first, again);
    desk.add_ticket(Ticket { number: first.clone(), ..desk.ticket() }).await;
    let theirs = other.add_ticket(Ticket { number: again.clone(), ..other.ticket() }).await;
    let key = TicketKey::Number(again);
    let found = other.read(async |t| t.tickets().find(&key, &Scope::Everything).await.unwrap()).await;
    assert_eq!(found.unwrap().id, theirs.id);
}

pub async fn a_rollback_never_gives_a_kept_number_again(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut kept = BTreeSet::new();
    for round in 0..12 {
        let days = round / 8;
        let mut transaction = desk.begin().await;
        let number = next(&mut *transaction, days).await;
        assert!(!kept.contains(&number), "{number} is given again");
        if round % 3 == 1 {
            drop(transaction);
            continue;
        }
        let ticket = Ticket { number: number.clone(), created_at: at(0), ..desk.ticket() };
        transaction.tickets().insert(&ticket).await.unwrap();
        transaction.commit().await.unwrap();
        kept.insert(number);
    }
    assert_eq!(kept.len(), 8);
}

/// creators side by side, across midnight, some of whom roll back.
pub async fn creators_side_by_side_never_get_the_same_number(store: &dyn Store) {
    let desk = Desk::new(store);
    let creators = (0..8_u64).map(|creator| {
        let desk = &desk;
        async move {
            let mut kept = Vec::new();
            for round in 0..4 {
                kept.extend(create(desk, creator, round).await);
            }
            kept
        }
    });
    let numbers: Vec<_> = together(creators).await.into_iter().flatten().collect();
    assert_eq!(numbers.len(), 24);
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 24, "{numbers:?}");
}

/// Creates a ticket among others; every fourth is rolled back.
async fn create(desk: &Desk<'_>, creator: u64, round: u64) -> Option<TicketNumber> {
    let gives_up = (creator + round).is_multiple_of(4);
    let insert = async |t: &mut dyn Transaction| {
        let number = t.tickets().next_number(day(round / 2)).await?;
        let ticket = Ticket { number: number.clone(), ..desk.ticket() };
        t.tickets().insert(&ticket).await?;
        Ok::<_, StoreError>(number)
    };
    if gives_up {
        // Whether it would have been let through does not matter: it is dropped.
        let mut transaction = desk.begin().await;
        let _ = insert(&mut *transaction).await;
        return None;
    }
    Some(desk.write_among_others(insert).await)
}

pub async fn the_number_of_an_erased_ticket_is_not_given_again(store: &dyn Store) {
    let desk = Desk::new(store);
    let number = desk.write(async |t| next(t, 0).await).await;
    desk.add_ticket(Ticket { number: number.clone(), ..desk.ticket() }).await;
    let ann = PersonKey::User(super::fixtures::user_id("ann"));
    let counts = desk.write(async |t| t.people().erase(&ann).await.unwrap()).await;
    assert_eq!(counts.tickets, 1);
    let after = desk.write(async |t| next(t, 0).await).await;
    assert!(after > number, "{after} after {number}");
}
