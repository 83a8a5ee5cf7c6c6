//! The API's description, from the handlers themselves.

use axum::Router;
use utoipa::{
    OpenApi,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    auth::GUEST_TOKEN_HEADER,
    problem::{BadField, Code, MEDIA_TYPE, ProblemSchema},
    state::AppState,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Support desk",
        description = "Tickets, live chat and a bot.",
        license(identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(ProblemSchema, BadField, Code))
)]
struct Description;

/// Splits routes into the router and its description, to which every operation's problems are added.
pub(crate) fn describe(routes: OpenApiRouter<AppState>) -> (Router<AppState>, openapi::OpenApi) {
    let (router, paths) = OpenApiRouter::with_openapi(Description::openapi()).merge(routes).split_for_parts();
    let mut description = paths;
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for statuses in ["4XX", "5XX"] {
                operation.responses.responses.insert(statuses.to_owned(), RefOr::T(problem()));
            }
        }
    }
    let components = description.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("user", SecurityScheme::Http(bearer));
    let token = ApiKey::Header(ApiKeyValue::new(GUEST_TOKEN_HEADER.as_str()));
    components.add_security_scheme("guest", SecurityScheme::ApiKey(token));
    (router, description)
}

fn problem() -> openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description("What went wrong").content(MEDIA_TYPE, content).build()
}
