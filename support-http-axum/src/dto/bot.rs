//! What the bot did and did not know, and what customers think of it.

use std::collections::BTreeMap;

use serde::Serialize;
use support_core::{
    bot::{AnswerCounts, BotStats, HandoffReason},
    desk::bot::NewAnswerFeedback,
    store::{UnansweredGroup, UnansweredSample},
    text::Feedback,
};
use uuid::Uuid;

use super::moment;
use crate::extract::{Fields, Read};

/// Messages that say the same, and that the bot had no answer to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = UnansweredQuestions)]
pub(crate) struct UnansweredView {
    id: Uuid,
    /// What they say, in lower case and without punctuation; of long ones, the beginning.
    text: String,
    #[schema(minimum = 1)]
    count: u64,
    #[schema(format = DateTime)]
    first_seen_at: String,
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// The last of them; `null` if it is not kept any more.
    #[schema(required)]
    sample: Option<SampleView>,
}

/// A message of a customer, as it was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = UnansweredSample)]
pub(crate) struct SampleView {
    session_id: Uuid,
    #[schema(minimum = 1)]
    seq: u64,
    message: String,
}

impl From<UnansweredGroup> for UnansweredView {
    fn from(group: UnansweredGroup) -> Self {
        Self {
            id: group.id.as_uuid(),
            text: group.text,
            count: group.count,
            first_seen_at: moment(group.first_seen_at),
            last_seen_at: moment(group.last_seen_at),
            sample: group.sample.map(Into::into),
        }
    }
}

impl From<UnansweredSample> for SampleView {
    fn from(sample: UnansweredSample) -> Self {
        Self { session_id: sample.session_id.as_uuid(), seq: sample.seq, message: sample.message.into() }
    }
}

/// Figures about what the bot did in a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BotStats)]
pub(crate) struct BotStatsView {
    /// Messages that something became of: the sum of the four figures below.
    total: u64,
    /// Messages that were answered.
    answered: u64,
    /// Messages that the bot answered with a few things to choose from.
    offered: u64,
    /// Messages that were not understood: their customers were asked to say it in other words.
    missed: u64,
    /// Chats that were handed over to a human.
    handed_off: u64,
    /// The same by why.
    handoff_reasons: HandoffCounts,
    /// Answers of the period that helped, as their customers said.
    helpful: u64,
    /// Answers of the period that did not.
    not_helpful: u64,
    /// By what the messages were about; what the bot could not place is counted under the empty text.
    #[schema(value_type = BTreeMap<String, CategoryCountsView>)]
    by_category: BTreeMap<String, CategoryCountsView>,
}

/// The same figures for one category.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BotCategoryStats)]
pub(crate) struct CategoryCountsView {
    answered: u64,
    /// How often it was among the things to choose from. One message offers several, so that these do not add up to the
    /// messages.
    offered: u64,
    missed: u64,
    handed_off: u64,
    handoff_reasons: HandoffCounts,
    helpful: u64,
    not_helpful: u64,
}

/// Handoffs by why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HandoffCounts {
    asked: u64,
    not_understood: u64,
    repeated: u64,
    frustrated: u64,
    category: u64,
    bot_error: u64,
}

impl From<&BTreeMap<HandoffReason, u64>> for HandoffCounts {
    fn from(counts: &BTreeMap<HandoffReason, u64>) -> Self {
        let of = |reason| counts.get(&reason).copied().unwrap_or_default();
        Self {
            asked: of(HandoffReason::Asked),
            not_understood: of(HandoffReason::NotUnderstood),
            repeated: of(HandoffReason::Repeated),
            frustrated: of(HandoffReason::Frustrated),
            category: of(HandoffReason::Category),
            bot_error: of(HandoffReason::BotError),
        }
    }
}

impl From<AnswerCounts> for CategoryCountsView {
    fn from(counts: AnswerCounts) -> Self {
        Self {
            answered: counts.answered,
            offered: counts.offered,
            missed: counts.missed,
            handed_off: counts.handed_off.values().sum(),
            handoff_reasons: HandoffCounts::from(&counts.handed_off),
            helpful: counts.helpful,
            not_helpful: counts.not_helpful,
        }
    }
}

impl From<BotStats> for BotStatsView {
    fn from(stats: BotStats) -> Self {
        let total = stats.total.messages();
        let all = CategoryCountsView::from(stats.total);
        let by_category = stats.by_category.into_iter();
        Self {
            total,
            answered: all.answered,
            offered: all.offered,
            missed: all.missed,
            handed_off: all.handed_off,
            handoff_reasons: all.handoff_reasons,
            helpful: all.helpful,
            not_helpful: all.not_helpful,
            by_category: by_category
                .map(|(category, counts)| (category.map_or_else(String::new, Into::into), counts.into()))
                .collect(),
        }
    }
}

/// What a customer thinks of an answer of the bot.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewAnswerFeedback)]
#[expect(dead_code, reason = "describes what `Read for NewAnswerFeedback` takes")]
pub(crate) struct NewAnswerFeedbackBody {
    helpful: bool,
    /// Words beside it; without any, those given before stay.
    #[schema(max_length = 2_000)]
    comment: Option<String>,
}

impl Read for NewAnswerFeedback {
    fn read(fields: &mut Fields) -> Option<Self> {
        let helpful = fields.required_boolean("helpful");
        let comment = fields.optional("comment", Feedback::parse);
        Some(Self { helpful: helpful?, comment })
    }
}
