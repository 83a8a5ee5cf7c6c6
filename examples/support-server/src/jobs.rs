//! What is done though nobody asks.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use metrics_exporter_prometheus::PrometheusHandle;
use support_core::{SupportDesk, bot::RuleBot};
use tokio::time::{MissedTickBehavior, interval};

use crate::desk;

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

/// Passes on what happens to who follows, and hears what other servers say though nobody does.
pub(crate) async fn keep_feeding(desk: SupportDesk) {
    desk.keep_feeding().await;
}

/// Takes over the knowledge base whenever its file has changed and is valid. An invalid one changes nothing but the
/// log.
pub(crate) async fn follow_knowledge_base(bot: RuleBot, file: PathBuf) {
    let changed_at = |file: &Path| fs::metadata(file).and_then(|file| file.modified()).ok();
    let mut known = changed_at(&file);
    let mut turns = interval(Duration::from_secs(2));
    loop {
        turns.tick().await;
        let now = changed_at(&file);
        if now.is_none() || now == known {
            continue;
        }
        known = now;
        let (bot, path) = (bot.clone(), file.clone());
        // It learns from hundreds of examples: not where requests are answered.
        match tokio::task::spawn_blocking(move || bot.reload(path)).await {
            Ok(Ok(knowledge)) => {
                desk::warn(&file, &knowledge);
                tracing::info!(file = %file.display(), "the bot has a new knowledge base");
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the changed knowledge base is not valid; the bot keeps the one it has");
            }
            Err(panic) => tracing::error!(%panic, "the changed knowledge base could not be read"),
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
