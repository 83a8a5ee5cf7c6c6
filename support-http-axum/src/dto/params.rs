//! Parameters that many requests share, for the API's description.

/// Names a ticket.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what `ticket_key` takes")]
pub(crate) struct TicketPath {
    /// The ticket's id, or its number.
    #[param(example = "TKT-20260131-0001")]
    id: String,
}

/// Says which version of an object is to be changed.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what `IfMatch` takes")]
pub(crate) struct IfMatchHeader {
    /// The `ETag` of the version to change; another one than the present is refused.
    #[param(rename = "If-Match", required = false, example = "\"1\"")]
    if_match: String,
}

/// Makes a request that can be sent again without being carried out again.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what `Call` takes")]
pub(crate) struct IdempotencyHeader {
    /// The same key again within a day gets the first answer.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: String,
}

/// Says which page of a list to read.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Query::page` takes")]
pub(crate) struct PageParams {
    #[param(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// The `next_cursor` of the page before.
    #[param(required = false)]
    cursor: String,
}
