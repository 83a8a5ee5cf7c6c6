//! Figures about tickets, counted from the rows.

use super::state::Tenant;
use crate::{
    ticket::{DurationSummary, RatingSummary, TicketStats, TicketStatsFilter},
    time::Timestamp,
};

/// The figures of a scope.
pub(super) fn stats(rows: &Tenant, filter: &TicketStatsFilter) -> TicketStats {
    let TicketStatsFilter { tickets, chats, period } = filter;
    let mut stats = TicketStats::default();
    let mut first_responses = Vec::new();
    let mut resolutions = Vec::new();
    for row in rows.tickets.values().filter(|row| row.is_in(tickets)) {
        let ticket = &row.ticket;
        stats.total += 1;
        *stats.by_status.entry(ticket.status).or_default() += 1;
        *stats.by_priority.entry(ticket.priority).or_default() += 1;
        *stats.by_category.entry(ticket.category.clone()).or_default() += 1;
        stats.unassigned += u64::from(ticket.assignee.is_none() && !ticket.status.is_done());
        stats.created += u64::from(period.contains(ticket.created_at));
        if let Some(at) = ticket.first_response_at.filter(|at| period.contains(*at)) {
            first_responses.push(micros_between(ticket.created_at, at));
        }
        let ended = row.resolutions.iter().filter(|cycle| period.contains(cycle.ended_at));
        let lengths: Vec<_> = ended.map(|cycle| micros_between(cycle.started_at, cycle.ended_at)).collect();
        stats.resolved += u64::from(!lengths.is_empty());
        resolutions.extend(lengths);
    }
    stats.first_response = DurationSummary::from_micros(first_responses);
    stats.resolution = DurationSummary::from_micros(resolutions);

    let sessions = rows.sessions.values().filter(|row| row.is_in(chats)).map(|row| &row.session);
    let rated = sessions.filter(|session| session.rated_at.is_some_and(|at| period.contains(at)));
    let stars: Vec<u64> =
        rated.filter_map(|session| session.rating).map(|rating| rating.stars().into()).collect();
    stats.csat = RatingSummary::from_sum(stars.iter().sum(), stars.len() as u64);
    stats
}

fn micros_between(from: Timestamp, to: Timestamp) -> i64 {
    to.timestamp_micros().saturating_sub(from.timestamp_micros())
}
