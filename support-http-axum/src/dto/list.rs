//! Pages.

use serde::Serialize;
use support_core::desk::Listing;

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    /// The items, in order.
    items: Vec<T>,
    /// Leads to the next page; `null` on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// All there is of a list that is paged by other means.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// A page, each of its items as clients see it.
    pub(crate) fn new<U>(page: Listing<U>, view: impl FnMut(U) -> T) -> Self {
        Self { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor }
    }
}
