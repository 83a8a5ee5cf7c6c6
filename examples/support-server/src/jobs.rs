//! What is done though nobody asks.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use support_core::SupportDesk;
use tokio::time::{MissedTickBehavior, interval};

/// Does what is due in the desk, at once and then every minute.
pub(crate) async fn tick(desk: SupportDesk) {
    let mut minutes = interval(Duration::from_secs(60));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        let desk = desk.clone();
        // In a task of its own, so that a panic costs this minute and not every one after it.
        match tokio::spawn(async move { desk.tick().await }).await {
            Ok(Ok(ticked)) => tracing::debug!(closed = ticked.closed, answered = ticked.answered, "ticked"),
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "what is due could not be done");
            }
            Err(panic) => tracing::error!(%panic, "what is due could not be done"),
        }
    }
}

/// Keeps recorded figures small between two visits of Prometheus.
pub(crate) async fn tidy_metrics(handle: PrometheusHandle) {
    let mut turns = interval(Duration::from_secs(5));
    loop {
        turns.tick().await;
        handle.run_upkeep();
    }
}
