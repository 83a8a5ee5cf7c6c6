//! Figures about tickets, from what happened and never from a constant.

use chrono::{DateTime, TimeDelta, Utc};
use support_core::{
    access::Principal,
    desk::Assign,
    ticket::{
        DurationSummary, Period, RatingSummary, TicketStats,
        TicketStatus::{Closed, InProgress, Resolved},
    },
};

use crate::world::{World, amy, ann, bob, noon, refusal, run};

const HOUR: TimeDelta = TimeDelta::hours(1);

fn stats(world: &World, by: &Principal, from: DateTime<Utc>, to: DateTime<Utc>) -> TicketStats {
    run(world.desk.ticket_stats(by, Period::new(from, to))).unwrap()
}

fn one_hour() -> DurationSummary {
    DurationSummary { median: Some(3600.0), p90: Some(3600.0), mean: Some(3600.0) }
}

#[test]
fn a_desk_without_tickets_has_no_figures_and_no_satisfaction() {
    let world = World::new();
    assert_eq!(stats(&world, &amy(), noon(), noon() + HOUR), TicketStats::default());
}

#[test]
fn periods_are_half_open() {
    let world = World::new();
    world.ticket(&ann());
    let created = |from, to| stats(&world, &amy(), from, to).created;
    assert_eq!(created(noon(), noon() + HOUR), 1);
    assert_eq!(created(noon() - HOUR, noon()), 0);
    assert_eq!(created(noon(), noon()), 0);
}

#[test]
fn first_response_and_resolution_are_measured() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(HOUR);
    world.reply(&amy(), &ticket, "Here").unwrap();
    world.set_status(&ticket, Resolved).unwrap();
    let end = noon() + HOUR;
    let figures = stats(&world, &amy(), end, end + HOUR);
    assert_eq!((figures.first_response, figures.resolution), (one_hour(), one_hour()));
    assert_eq!((figures.created, figures.resolved, figures.total), (0, 1, 1));
    let before = stats(&world, &amy(), noon(), end);
    assert_eq!((before.created, before.resolved), (1, 0));
    assert_eq!(before.resolution, DurationSummary::default());
}

#[test]
fn resolved_and_then_closed_is_one_end_and_reopened_work_is_another() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(HOUR);
    world.set_status(&ticket, Resolved).unwrap();
    world.advance(HOUR);
    world.set_status(&ticket, Closed).unwrap();
    let whole = |world: &World| stats(world, &amy(), noon(), noon() + HOUR * 24);
    assert_eq!(whole(&world).resolution, one_hour());

    world.reply(&ann(), &ticket, "Again").unwrap();
    world.advance(HOUR * 3);
    world.set_status(&ticket, Closed).unwrap();
    let figures = whole(&world);
    assert_eq!(figures.resolved, 1, "a ticket is counted once");
    assert_eq!((figures.resolution.median, figures.resolution.p90), (Some(7200.0), Some(10800.0)));
}

#[test]
fn r_13_durations_are_never_negative() {
    let world = World::new();
    let ticket = world.ticket(&ann());
    world.advance(-HOUR);
    world.reply(&amy(), &ticket, "Here").unwrap();
    world.set_status(&ticket, Resolved).unwrap();
    let figures = stats(&world, &amy(), noon() - HOUR * 2, noon() + HOUR);
    let zero = DurationSummary { median: Some(0.0), p90: Some(0.0), mean: Some(0.0) };
    assert_eq!((figures.first_response, figures.resolution), (zero, zero));
}

#[test]
fn satisfaction_is_the_mean_of_real_ratings_in_the_period() {
    let world = World::new();
    let rate = |by: &Principal, stars| {
        let chat = world.chat(by);
        world.close(by, chat.id);
        world.rate(by, chat.id, stars).unwrap();
    };
    rate(&ann(), 5);
    rate(&bob(), 2);
    let csat = |by: &Principal, from, to| stats(&world, by, from, to).csat;
    let end = noon() + HOUR;
    assert_eq!(csat(&amy(), noon(), end), RatingSummary { average: Some(3.5), count: 2 });
    assert_eq!(csat(&ann(), noon(), end), RatingSummary { average: Some(5.0), count: 1 });
    assert_eq!(csat(&amy(), end, end + HOUR), RatingSummary { average: None, count: 0 });
}

#[test]
fn customers_get_figures_of_their_own_tickets_only() {
    let world = World::new();
    world.ticket(&ann());
    world.ticket(&bob());
    let of = |by: &Principal| stats(&world, by, noon(), noon() + HOUR);
    assert_eq!((of(&ann()).total, of(&bob()).total, of(&amy()).total), (1, 1, 2));
    let guest = world.guest().0;
    let refused = refusal(run(world.desk.ticket_stats(&guest, Period::new(noon(), noon()))));
    assert_eq!(refused, support_core::ErrorKind::Forbidden);
}

#[test]
fn what_stands_now_is_counted_by_status_and_assignee() {
    let world = World::new();
    world.ticket(&ann());
    let taken = world.ticket(&ann());
    run(world.desk.assign_ticket(&amy(), &taken.id.into(), &Assign::Me, None)).unwrap();
    world.ticket_that_is(Closed);
    let figures = stats(&world, &amy(), noon(), noon());
    assert_eq!((figures.total, figures.unassigned), (3, 1));
    assert_eq!(figures.by_status.get(&InProgress), Some(&1));
    assert_eq!(figures.by_status.values().sum::<u64>(), 3);
    let agents = run(world.desk.list_agents(&amy())).unwrap();
    assert_eq!((agents.len(), agents[0].load.open_tickets), (1, 1));
}
