//! Ordering: an order whose payment failed opens a ticket, in the order's own transaction.

use std::num::NonZero;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use support_core::{
    desk::ticket::NewTicket,
    id::TenantId,
    text::{Body, Rejection, Subject},
    ticket::Priority,
};
use support_http_axum::AuthError;

use crate::{
    Shop,
    login::{User, current_user},
};

/// What somebody orders.
#[derive(Debug, Clone, Deserialize)]
pub struct NewOrder {
    item: String,
    cents: NonZero<u32>,
    card_number: String,
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// Nobody is logged in.
    #[error("log in to order")]
    NotLoggedIn,
    /// Who is logged in cannot be told now.
    #[error("logins cannot be checked")]
    Login(#[from] AuthError),
    /// The database refused it.
    #[error("the order cannot be kept")]
    Database(#[from] sqlx::Error),
    /// What was ordered cannot be written into a ticket.
    #[error("the item {0}")]
    Item(#[from] Rejection),
    /// The desk refused the ticket.
    #[error("the ticket cannot be opened")]
    Ticket(#[from] support_core::Error),
    /// The desk's part of the transaction failed.
    #[error("the ticket cannot be kept")]
    Store(#[from] support_core::store::StoreError),
}

/// `POST /orders`: 201 for an order that is paid; 402 with the ticket's number for one that is not.
///
/// # Errors
/// [`OrderError`]; nothing was written then.
pub async fn place_order(
    State(shop): State<Shop>,
    headers: HeaderMap,
    Json(order): Json<NewOrder>,
) -> Result<Response, OrderError> {
    let user = current_user(shop.pool(), &headers).await?.ok_or(OrderError::NotLoggedIn)?;
    if charge(&order.card_number) {
        let id = keep(&shop, &user, &order).await?;
        return Ok((StatusCode::CREATED, Json(json!({"id": id}))).into_response());
    }
    let (id, ticket) = keep_with_ticket(&shop, &user, &order).await?;
    let body = json!({"id": id, "ticket": ticket, "message": "Your payment failed. We are looking into it."});
    Ok((StatusCode::PAYMENT_REQUIRED, Json(body)).into_response())
}

/// Stands for a payment provider, which declines this card.
fn charge(card_number: &str) -> bool {
    card_number != "4000 0000 0000 0002"
}

async fn keep(shop: &Shop, user: &User, order: &NewOrder) -> Result<i64, OrderError> {
    let mut tx = shop.pool().begin_with("BEGIN IMMEDIATE").await?;
    let id = insert(&mut tx, user, order, "paid").await?;
    tx.commit().await?;
    Ok(id)
}

/// Keeps the order and opens a ticket about it: both are there after the one commit, or neither is.
async fn keep_with_ticket(shop: &Shop, user: &User, order: &NewOrder) -> Result<(i64, String), OrderError> {
    let principal = user.principal()?;
    let mut tx = shop.pool().begin_with("BEGIN IMMEDIATE").await?;
    let id = insert(&mut tx, user, order, "payment_failed").await?;

    let mut desk_tx = shop.store().join(&mut tx, &TenantId::default()).await?;
    let new = ticket_about(id, order)?;
    let ticket = shop.desk().create_ticket_in(&mut *desk_tx, &principal, &new, None).await?;
    // Ends the desk's part; nothing of it lasts before the shop's own commit.
    desk_tx.commit().await?;

    let number = ticket.number.to_string();
    sqlx::query("UPDATE orders SET ticket_number = ? WHERE id = ?")
        .bind(&number)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok((id, number))
}

async fn insert(
    tx: &mut sqlx::SqliteConnection,
    user: &User,
    order: &NewOrder,
    status: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("INSERT INTO orders (user_id, item, cents, status) VALUES (?, ?, ?, ?) RETURNING id")
        .bind(user.id)
        .bind(&order.item)
        .bind(order.cents.get())
        .bind(status)
        .fetch_one(tx)
        .await
}

fn ticket_about(id: i64, order: &NewOrder) -> Result<NewTicket, Rejection> {
    let subject = Subject::parse(format!("Payment of order {id} failed"))?;
    let mut ticket =
        NewTicket::new(subject, Body::parse(format!("The card was declined for: {}", order.item))?);
    ticket.priority = Priority::High;
    Ok(ticket)
}

impl IntoResponse for OrderError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotLoggedIn | Self::Login(AuthError::Invalid) => StatusCode::UNAUTHORIZED,
            Self::Item(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => {
                tracing::error!(error = &self as &dyn std::error::Error, "an order failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, Json(json!({"message": self.to_string()}))).into_response()
    }
}
