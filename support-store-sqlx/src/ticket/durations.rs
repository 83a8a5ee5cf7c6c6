//! Medians and percentiles of any period: exact, and without reading each duration (P7).
//!
//! Kept counts tell in which tenth of all durations a rank lies, and then in which bucket ([`Lasting`]). What little is in
//! there is read by an index of buckets. For the parts of days and months at the ends of a period, which no count is
//! of, the same is counted in the indexes.

use std::collections::BTreeMap;

use support_core::{
    store::StoreError,
    ticket::{DurationRanks, DurationSummary, Period},
};

use super::stats::within;
use crate::{
    counts::{By, Kind, Labels, Lasting, Parts, RESOLUTIONS, RESPONSES, month, of_tenth},
    dialect::Dialect,
    sql::Sql,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Something that takes time, and where its rows are.
#[derive(Debug)]
pub(super) struct Measured {
    counts: &'static Lasting,
    /// ` from …`, with the rows called `t`.
    from: &'static str,
    started: &'static str,
    ended: &'static str,
    /// The column with the bucket, where there is one.
    bucket: &'static str,
}

/// First answers.
pub(super) const FIRST_ANSWERS: Measured = Measured {
    counts: &RESPONSES,
    from: " from @tickets t",
    started: "t.created_at",
    ended: "t.first_response_at",
    bucket: "t.response_bucket",
};

/// Stretches of work.
pub(super) const STRETCHES: Measured = Measured {
    counts: &RESOLUTIONS,
    from: " from @resolutions t",
    started: "t.started_at",
    ended: "t.ended_at",
    bucket: "t.duration_bucket",
};

/// With more in a tenth than this, its buckets are told apart before any is read.
const FEW: u64 = 200;

/// How many durations are in tenths, or in buckets, which rise with the durations.
#[derive(Debug, Default)]
struct Histogram(BTreeMap<i64, u64>);

impl Histogram {
    fn count(&self) -> u64 {
        self.0.values().sum()
    }

    fn add(&mut self, bucket: i64, count: u64) {
        *self.0.entry(bucket).or_default() += count;
    }

    /// Adds kept counts by bucket.
    fn add_kept(&mut self, kept: BTreeMap<(Kind, String), i64>) -> Result<()> {
        for ((_, label), count) in kept {
            let bucket = label.parse().map_err(|error| super::stats::strange(&label, error))?;
            self.add(bucket, u64::try_from(count).unwrap_or(0));
        }
        Ok(())
    }

    /// Where a rank lies: the bucket, how many are in it, and the rank among them.
    fn locate(&self, rank: u64) -> Option<(i64, u64, u64)> {
        let mut before = 0;
        for (bucket, count) in &self.0 {
            if rank < before + count {
                return Some((*bucket, *count, rank - before));
            }
            before += count;
        }
        None
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// How many there are of what was measured in a period, and what they look like. `None` if the kept counts and the
    /// rows do not tell the same, as where others commit between two statements.
    pub(super) async fn kept_durations(
        &mut self,
        measured: &Measured,
        parts: &Parts,
    ) -> Result<Option<(u64, DurationSummary)>> {
        let (tenths, sum) = self.tenths(measured, parts).await?;
        let count = tenths.count();
        let all = usize::try_from(count).map_err(StoreError::backend)?;
        let Some(ranks) = DurationRanks::of(all) else {
            return Ok(Some((0, DurationSummary::default())));
        };
        let (mut found, mut read) = (BTreeMap::new(), None);
        for rank in [ranks.lower, ranks.upper, ranks.p90] {
            // The two in the middle are most often read together.
            if read.is_none_or(|(from, length)| rank < from || rank >= from + length) {
                let durations = self.at_rank(measured, parts, &tenths, rank as u64).await?;
                read = Some((rank, durations.len()));
                found.extend((rank..).zip(durations));
            }
        }
        let [lower, upper, p90] = [ranks.lower, ranks.upper, ranks.p90].map(|rank| found.get(&rank).copied());
        Ok(lower.zip(upper).zip(p90).map(|((lower, upper), p90)| {
            (count, DurationSummary::from_ranked(all, sum, [lower, upper, p90]))
        }))
    }

    /// How many durations of a period are in each tenth, and the sum of all of them.
    async fn tenths(&mut self, measured: &Measured, parts: &Parts) -> Result<(Histogram, i128)> {
        let Lasting { time, tenths_by_day, tenths_by_month, .. } = measured.counts;
        let (mut tenths, mut sum) = (Histogram::default(), 0);
        if let Some(months) = &parts.months {
            let labels = Labels::of_months(months);
            tenths.add_kept(self.kept_by(&[*tenths_by_month], &labels, By::BehindMonth).await?)?;
        }
        for days in &parts.other_days {
            let labels = Labels::of_days(days);
            tenths.add_kept(self.kept_by(&[*tenths_by_day], &labels, By::BehindDay).await?)?;
        }
        if let Some(days) = &parts.days {
            // Added up month by month in the database, and here without an end to numbers.
            let by_month = self.kept_by(&[*time], &Labels::of_days(days), By::Month).await?;
            sum += by_month.values().map(|micros| i128::from(*micros)).sum::<i128>();
        }
        for end in &parts.ends {
            let bucket = measured.bucket::<DB>();
            let tenth = format!("({bucket} - {bucket} % 10)");
            let select = Sql::new("select ")
                .push(&tenth)
                .push(" as tenth, count(*) as value, ")
                .push(&DB::whole(&format!("sum({})", measured.micros::<DB>())))
                .push(" as lasted");
            let sql = self.measured(select, measured, end).push(" group by ").push(&tenth);
            for row in self.all(sql, "(figures)", "tenth").await? {
                tenths.add(row.integer("tenth")?, row.unsigned("value")?);
                sum += i128::from(row.integer("lasted")?);
            }
        }
        Ok((tenths, sum))
    }

    /// The duration at a rank, and the next one if it lies close by; none if the rows have fewer than the counts say.
    async fn at_rank(
        &mut self,
        measured: &Measured,
        parts: &Parts,
        tenths: &Histogram,
        rank: u64,
    ) -> Result<Vec<i64>> {
        let Some((tenth, count, mut rank)) = tenths.locate(rank) else { return Ok(Vec::new()) };
        let mut buckets = tenth..tenth + 10;
        if count > FEW {
            let all = self.buckets(measured, parts, tenth).await?;
            let Some((bucket, _, within)) = all.locate(rank) else { return Ok(Vec::new()) };
            (buckets, rank) = (bucket..bucket + 1, within);
        }
        let select = Sql::new("select ").push(&measured.micros::<DB>()).push(" as value");
        let sql = self
            .measured(select, measured, &parts.whole)
            .and_any_of(&measured.bucket::<DB>(), buckets.collect::<Vec<_>>().into_iter())
            .push(" order by value limit 2 offset ?")
            .bind(rank);
        self.all(sql, "(figures)", "value").await?.iter().map(|row| row.integer("value")).collect()
    }

    /// How many durations of a period are in each bucket of a tenth.
    async fn buckets(&mut self, measured: &Measured, parts: &Parts, of: i64) -> Result<Histogram> {
        let mut buckets = Histogram::default();
        if let Some(months) = &parts.months {
            let labels = [months.from(), months.to()].map(|moment| of_tenth(of, &month(moment)));
            let [from, to] = labels;
            let kept = self
                .kept_by(&[measured.counts.buckets], &Labels::between(from, to), By::BehindTenthAndMonth)
                .await?;
            buckets.add_kept(kept)?;
        }
        for part in parts.outside_months() {
            let bucket = measured.bucket::<DB>();
            let select = Sql::new("select ").push(&bucket).push(" as bucket, count(*) as value");
            let sql = self
                .measured(select, measured, &part)
                .and_any_of(&bucket, (of..of + 10).collect::<Vec<_>>().into_iter())
                .push(" group by ")
                .push(&bucket);
            for row in self.all(sql, "(figures)", "bucket").await? {
                buckets.add(row.integer("bucket")?, row.unsigned("value")?);
            }
        }
        Ok(buckets)
    }

    /// ` from … where …` for what ended in a period.
    fn measured(&self, select: Sql, measured: &Measured, period: &Period) -> Sql {
        let sql = select.push(measured.from).push(" where t.tenant = ?").bind(self.tenant_id());
        sql.append(within(measured.ended, period))
    }
}

impl Measured {
    fn micros<DB: Dialect>(&self) -> String {
        DB::micros(self.started, self.ended)
    }

    fn bucket<DB: Dialect>(&self) -> String {
        DB::bucket(self.bucket, self.started, self.ended)
    }
}
