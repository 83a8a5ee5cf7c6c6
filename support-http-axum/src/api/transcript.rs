//! Answering with a whole chat, in the form that the client asks for.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use support_core::{access::Principal, desk::ticket::Transcript};

use crate::{
    dto::{
        session::SessionView,
        transcript::{TranscriptView, text},
    },
    extract::{Media, accepted},
    problem::Problem,
    state::AppState,
};

/// A chat that the caller may read, as text or as JSON by `Accept`.
pub(crate) async fn transcript(
    app: &AppState,
    principal: &Principal,
    headers: &HeaderMap,
    transcript: Transcript,
) -> Result<Response, Problem> {
    let answer = match accepted(headers)? {
        Media::Text => text(&transcript).into_response(),
        Media::Json => {
            let viewed = app.desk.view_session(principal, transcript.session).await?;
            let session = SessionView::new(&app.desk, principal, viewed);
            Json(TranscriptView::new(session, transcript.messages)).into_response()
        }
    };
    Ok(([(header::VARY, HeaderValue::from_static("accept"))], answer).into_response())
}
