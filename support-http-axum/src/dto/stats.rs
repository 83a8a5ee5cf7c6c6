//! Figures about tickets.

use std::collections::BTreeMap;

use serde::Serialize;
use support_core::{
    SupportDesk,
    text::Rejection,
    ticket::{DurationSummary, NamedPeriod, Period, Priority, RatingSummary, TicketStats, TicketStatus},
};

use super::parse_moment;
use crate::extract::Query;

/// Figures about the tickets that the caller may see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TicketStats)]
pub(crate) struct TicketStatsView {
    total: u64,
    by_status: StatusCounts,
    by_priority: PriorityCounts,
    /// By category; those without one are counted under the empty text.
    #[schema(value_type = BTreeMap<String, u64>)]
    by_category: BTreeMap<String, u64>,
    /// Tickets that are `open` or `in_progress`.
    open: u64,
    /// Tickets that are neither resolved nor closed and nobody's.
    unassigned: u64,
    /// Opened in the period.
    created: u64,
    /// Resolved, or closed at once, in the period.
    resolved: u64,
    /// From the opening to the first public reply of staff, where that came in the period.
    first_response: DurationsView,
    /// From the opening or reopening to the end of work, where that came in the period.
    resolution: DurationsView,
    /// Ratings of chats, given in the period.
    csat: CsatView,
}

/// Durations in seconds; each figure is `null` where there is none to take it from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Durations)]
pub(crate) struct DurationsView {
    #[schema(required, minimum = 0)]
    median: Option<f64>,
    #[schema(required, minimum = 0)]
    p90: Option<f64>,
    #[schema(required, minimum = 0)]
    mean: Option<f64>,
}

/// What customers think.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Csat)]
pub(crate) struct CsatView {
    /// The mean number of stars; `null` if nobody rated.
    #[schema(required, minimum = 1, maximum = 5)]
    average: Option<f64>,
    count: u64,
}

/// A count for each status a ticket can have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct StatusCounts {
    open: u64,
    in_progress: u64,
    waiting_for_customer: u64,
    on_hold: u64,
    resolved: u64,
    closed: u64,
}

/// A count for each priority a ticket can have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PriorityCounts {
    low: u64,
    medium: u64,
    high: u64,
    urgent: u64,
}

impl From<TicketStats> for TicketStatsView {
    fn from(stats: TicketStats) -> Self {
        let by_status = StatusCounts::from(&stats.by_status);
        let name =
            |category: Option<support_core::text::Category>| category.map_or_else(String::new, Into::into);
        Self {
            total: stats.total,
            open: by_status.open + by_status.in_progress,
            by_status,
            by_priority: PriorityCounts::from(&stats.by_priority),
            by_category: stats
                .by_category
                .into_iter()
                .map(|(category, count)| (name(category), count))
                .collect(),
            unassigned: stats.unassigned,
            created: stats.created,
            resolved: stats.resolved,
            first_response: stats.first_response.into(),
            resolution: stats.resolution.into(),
            csat: stats.csat.into(),
        }
    }
}

impl From<&BTreeMap<TicketStatus, u64>> for StatusCounts {
    fn from(counts: &BTreeMap<TicketStatus, u64>) -> Self {
        let of = |status| counts.get(&status).copied().unwrap_or_default();
        Self {
            open: of(TicketStatus::Open),
            in_progress: of(TicketStatus::InProgress),
            waiting_for_customer: of(TicketStatus::WaitingForCustomer),
            on_hold: of(TicketStatus::OnHold),
            resolved: of(TicketStatus::Resolved),
            closed: of(TicketStatus::Closed),
        }
    }
}

impl From<&BTreeMap<Priority, u64>> for PriorityCounts {
    fn from(counts: &BTreeMap<Priority, u64>) -> Self {
        let of = |priority| counts.get(&priority).copied().unwrap_or_default();
        Self {
            low: of(Priority::Low),
            medium: of(Priority::Medium),
            high: of(Priority::High),
            urgent: of(Priority::Urgent),
        }
    }
}

impl From<DurationSummary> for DurationsView {
    fn from(summary: DurationSummary) -> Self {
        Self { median: summary.median, p90: summary.p90, mean: summary.mean }
    }
}

impl From<RatingSummary> for CsatView {
    fn from(summary: RatingSummary) -> Self {
        Self { average: summary.average, count: summary.count }
    }
}

/// Which time the figures are about.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `period` takes")]
pub(crate) struct StatsParams {
    /// `month` if nothing is said.
    #[param(inline, required = false)]
    period: PeriodView,
    /// The first moment; with `custom` only, and then required.
    #[param(required = false, format = DateTime)]
    from: String,
    /// The moment after the last; with `custom` only, and then required.
    #[param(required = false, format = DateTime)]
    to: String,
}

/// A stretch of the calendar in whole days of UTC, the present one; a week begins on Monday. Or `custom`.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Period, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Chosen`")]
pub(crate) enum PeriodView {
    Today,
    Yesterday,
    Week,
    Month,
    Year,
    Custom,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Named(NamedPeriod),
    Custom,
}

impl Chosen {
    fn parse(text: impl AsRef<str>) -> Result<Self, Rejection> {
        let expected = "one of today yesterday week month year custom";
        match text.as_ref() {
            "custom" => Ok(Self::Custom),
            name => name.parse().map(Self::Named).map_err(|_| Rejection::Format { expected }),
        }
    }
}

/// Reads which time the figures are about: this month if nothing is said.
pub(crate) fn period(query: &mut Query, desk: &SupportDesk) -> Period {
    let default = Chosen::Named(NamedPeriod::Month);
    let is_silent = !query.has("period");
    let chosen = query.optional("period", Chosen::parse).or(is_silent.then_some(default));
    let [from, to] = ["from", "to"].map(|name| {
        if chosen == Some(Chosen::Custom) && !query.has(name) {
            query.refuse(name, &Rejection::Required);
        }
        query.optional(name, |text| match chosen {
            Some(Chosen::Named(_)) => Err(Rejection::NotAccepted),
            // Of a period that nobody can read it is not known whether it goes with bounds.
            Some(Chosen::Custom) | None => parse_moment(text),
        })
    });
    match (chosen, from, to) {
        (Some(Chosen::Named(name)), _, _) => desk.period(name),
        (_, Some(from), Some(to)) => {
            if to < from {
                query.refuse("to", &Rejection::Format { expected: "no earlier than from" });
            }
            Period::new(from, to)
        }
        // Refused above, so that what it is does not matter.
        _ => desk.period(NamedPeriod::Month),
    }
}
