//! Signing in by choosing a name.

use std::time::Duration;

use axum::{
    Form, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::people::{CAST, Someone};
use crate::{args::TokenArgs, home, secret::JwtSecret, token::sign};

/// A working day.
const EXPIRES_IN: Duration = Duration::from_secs(12 * 3_600);

#[derive(Deserialize)]
struct Return {
    /// The page to go back to.
    #[serde(rename = "return")]
    address: Option<String>,
}

#[derive(Deserialize)]
struct Choice {
    who: String,
    #[serde(rename = "return")]
    address: Option<String>,
}

pub(super) fn routes(secret: JwtSecret) -> Router {
    Router::new().route("/demo/login", get(choose).post(sign_in)).with_state(secret)
}

async fn choose(Query(Return { address }): Query<Return>) -> Response {
    let address = address.filter(|address| is_own(address)).unwrap_or_default();
    let people = CAST.iter().map(|someone| {
        let Someone { id, name, part, .. } = someone;
        format!("<li><button name=\"who\" value=\"{id}\"><b>{name}</b><span>{part}</span></button></li>\n")
    });
    let html = include_str!("../../site/login.html");
    home::page(html.replace("%people%", &people.collect::<String>()).replace("%return%", &escape(&address)))
}

/// Hands out a token for the person who was chosen, in the fragment: no server sees it, no log keeps it.
async fn sign_in(State(secret): State<JwtSecret>, Form(choice): Form<Choice>) -> Response {
    let Some(someone) = Someone::find(&choice.who) else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "There is nobody of that name.\n").into_response();
    };
    let claims = TokenArgs {
        sub: someone.id.to_owned(),
        name: Some(someone.name.to_owned()),
        email: Some(someone.email.to_owned()),
        tenant: None,
        admin: someone.is_agent,
        expires_in: EXPIRES_IN,
    };
    let token = match sign(&secret, &claims) {
        Ok(token) => token,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a demo token was not made");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let home = if someone.is_agent { "/support/tickets" } else { "/my-tickets/tickets" };
    let address = choice.address.filter(|address| is_own(address)).unwrap_or_else(|| home.to_owned());
    let location = format!("{address}#token={token}");
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response()
}

/// Whether an address is a path of this server: a token is sent nowhere else.
fn is_own(address: &str) -> bool {
    let path = address.strip_prefix('/');
    path.is_some_and(|path| !path.starts_with(['/', '\\']))
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\'))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn a_token_goes_to_pages_of_this_server_alone() {
        assert!(is_own("/support/tickets?status=open&q=a%20b"));
        for elsewhere in
            ["//evil.example", "/\\evil.example", "https://evil.example/", "support", "", "/a\nb", "/a#b"]
        {
            assert!(!is_own(elsewhere), "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn choosing_a_name_hands_out_a_token() {
        let router = routes(JwtSecret::random().unwrap());
        let post = |form: &'static str| {
            let request =
                Request::post("/demo/login").header("content-type", "application/x-www-form-urlencoded");
            router.clone().oneshot(request.body(Body::from(form)).unwrap())
        };
        let answer = post("who=elena&return=//evil.example").await.unwrap();
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("/my-tickets/tickets#token=ey"), "{location}");
        assert_eq!(post("who=nobody").await.unwrap().status(), 422);
    }
}
