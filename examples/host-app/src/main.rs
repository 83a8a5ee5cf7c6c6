//! Opens the shop on `shop.db` and says what to try.

use std::{error::Error, path::Path, time::Duration};

use host_app::{Shop, login::log_in};
use support_core::SupportDesk;
use support_http_axum::Server;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Shop::open(Path::new("shop.db")).await?;
    let (customer, staff) = (cookie_of(&shop, "Uma", 0).await?, cookie_of(&shop, "Ann", 1).await?);
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("{}", hint(&customer, &staff));

    let jobs = tokio::spawn(do_what_is_due(shop.desk().clone()));
    let ctrl_c = async { drop(tokio::signal::ctrl_c().await) };
    Server::new(listener, shop.router()).run_until(ctrl_c).await;
    jobs.abort();
    Ok(())
}

/// The desk closes idle chats and forgets what is too old when it is told to.
async fn do_what_is_due(desk: SupportDesk) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutes.tick().await;
        if let Err(error) = desk.tick().await {
            eprintln!("the desk could not do what is due: {error}");
        }
    }
}

/// Makes sure that there is such a user, logs them in, and returns what their browser would send.
async fn cookie_of(shop: &Shop, name: &str, is_staff: i64) -> Result<String, sqlx::Error> {
    let id = sqlx::query_scalar(
        "INSERT INTO users (name, email, is_staff) VALUES (?, lower(?) || '@example.org', ?) \
         ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id",
    )
    .bind(name)
    .bind(name)
    .bind(is_staff)
    .fetch_one(shop.pool())
    .await?;
    let cookie = log_in(shop.pool(), id).await?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

fn hint(customer: &str, staff: &str) -> String {
    format!(
        r#"Order with a card that is declined: the order and a ticket about it are kept together.

  curl http://127.0.0.1:3000/orders -H 'Cookie: {customer}' \
    --json '{{"item": "Lamp", "cents": 4900, "card_number": "4000 0000 0000 0002"}}'

Uma sees her ticket, and Ann, who works here, sees every ticket:

  curl http://127.0.0.1:3000/help/support/tickets -H 'Cookie: {customer}'
  curl http://127.0.0.1:3000/help/support/tickets -H 'Cookie: {staff}'
"#
    )
}
