//! Which tickets a list holds.

use support_core::{
    access::Principal,
    desk::PageQuery,
    id::UserId,
    search::SearchQuery,
    text::{Category, Rejection, SearchText, Tag},
    ticket::{TicketFilter, TicketSort},
};

use super::{PriorityView, TagText, TicketStatusView};
use crate::{
    dto::{assign::assignee_filter, parse_moment},
    extract::Query,
};

/// Which tickets to list. A filter that is repeated holds what matches any of its values.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `ticket_list` takes")]
pub(crate) struct TicketListParams {
    #[param(required = false)]
    status: Vec<TicketStatusView>,
    #[param(required = false)]
    priority: Vec<PriorityView>,
    #[param(required = false)]
    category: Vec<String>,
    #[param(required = false)]
    tag: Vec<TagText>,
    /// An agent's id, `me`, or `none` for nobody's.
    #[param(required = false)]
    assigned_to: Vec<String>,
    /// The id of who needs something.
    #[param(required = false)]
    requester: Vec<String>,
    /// Words in the number, the subject, the description or the replies, the last one as the beginning of a word.
    #[param(required = false, max_length = 200)]
    search: String,
    /// Opened then or later.
    #[param(required = false, format = DateTime)]
    created_after: String,
    /// Opened before then.
    #[param(required = false, format = DateTime)]
    created_before: String,
    /// `-updated_at` if nothing is said.
    #[param(inline, required = false)]
    sort: TicketSortView,
    #[param(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// The `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
}

/// The order of a list of tickets; `-` is descending. Low priority comes first, and who has waited longest.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TicketSort)]
#[expect(dead_code, reason = "describes `SORTS`")]
pub(crate) enum TicketSortView {
    #[schema(rename = "updated_at")]
    UpdatedAt,
    #[schema(rename = "-updated_at")]
    UpdatedAtDescending,
    #[schema(rename = "created_at")]
    CreatedAt,
    #[schema(rename = "-created_at")]
    CreatedAtDescending,
    #[schema(rename = "priority")]
    Priority,
    #[schema(rename = "-priority")]
    PriorityDescending,
    #[schema(rename = "waiting")]
    Waiting,
}

const SORTS: &[(&str, TicketSort)] = &[
    ("updated_at", TicketSort::UpdatedAt),
    ("-updated_at", TicketSort::UpdatedAtDescending),
    ("created_at", TicketSort::CreatedAt),
    ("-created_at", TicketSort::CreatedAtDescending),
    ("priority", TicketSort::Priority),
    ("-priority", TicketSort::PriorityDescending),
    ("waiting", TicketSort::Waiting),
];

/// Reads which tickets to list, in which order, and which page of them.
pub(crate) fn ticket_list(query: &mut Query, principal: &Principal) -> (TicketFilter, TicketSort, PageQuery) {
    let filter = TicketFilter {
        status: query.any_of("status", |text| text.parse()),
        priority: query.any_of("priority", |text| text.parse()),
        category: query.any_of("category", Category::parse),
        tag: query.any_of("tag", Tag::parse),
        assignee: query.any_of("assigned_to", |text| assignee_filter(text, principal)),
        requester: query.any_of("requester", UserId::parse),
        search: query.optional("search", SearchText::parse).as_ref().map(SearchQuery::new),
        created_after: query.optional("created_after", parse_moment),
        created_before: query.optional("created_before", parse_moment),
        ..TicketFilter::default()
    };
    (filter, query.optional("sort", sort).unwrap_or_default(), query.page())
}

fn sort(text: impl AsRef<str>) -> Result<TicketSort, Rejection> {
    let known = SORTS.iter().find(|(name, _)| *name == text.as_ref());
    known.map(|(_, sort)| *sort).ok_or(Rejection::Format {
        expected: "one of updated_at created_at priority, each also with - before it, or waiting",
    })
}
