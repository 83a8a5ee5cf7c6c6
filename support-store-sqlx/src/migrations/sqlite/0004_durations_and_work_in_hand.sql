-- How long first answers and stretches of work took, so that figures about any period read few rows (P7). A
-- duration's bucket is the number of its digits and the first two of them: 912 holds those of nine digits that begin
-- with 12. Counts of buckets tell where a rank lies, and an index tells which durations are in that bucket.
-- An expression and no column: an index of a generated column covers no query (3.51).
create index @tickets_by_response_bucket on @tickets (
    tenant,
    (length(max(first_response_at - created_at, 0)) * 100 + substr(max(first_response_at - created_at, 0), 1, 2)),
    first_response_at, created_at
) where first_response_at is not null;
create index @resolutions_by_bucket on @resolutions (
    tenant,
    (length(max(ended_at - started_at, 0)) * 100 + substr(max(ended_at - started_at, 0), 1, 2)),
    ended_at, started_at
);
-- Tickets that were resolved more than once are counted once in a period.
alter table @resolutions add column again integer not null default 0;
update @resolutions set again = 1
    where ticket_id in (select ticket_id from @resolutions group by ticket_id having count(*) > 1);
create index @resolutions_again on @resolutions (tenant, ended_at, ticket_id) where again = 1;

-- Whose work a ticket is that is not done, so that nobody looks through what was done years ago.
alter table @tickets add column in_hand_of text generated always as (
    case when status in ('resolved', 'closed') then null else assignee_id end
) virtual;
create index @tickets_in_hand_by_update on @tickets (tenant, in_hand_of, updated_at, id) where in_hand_of is not null;
create index @tickets_in_hand_by_creation on @tickets (tenant, in_hand_of, created_at, id) where in_hand_of is not null;
create index @tickets_in_hand_by_priority on @tickets (tenant, in_hand_of, priority, id) where in_hand_of is not null;
create index @tickets_in_hand_by_wait on @tickets (tenant, in_hand_of, waiting_since, id)
    where in_hand_of is not null and waiting_since is not null;

-- With what lists are ordered by, so that a week's tickets are put in order before they are read.
drop index @tickets_by_creation;
create index @tickets_by_creation on @tickets (tenant, created_at, id, updated_at, priority, waiting_since);

-- Tells how many parts hold a word that begins like this, without gathering them all.
create virtual table @ticket_terms using fts5vocab(@ticket_words, instance);
create virtual table @session_terms using fts5vocab(@session_words, instance);

-- What the kept counts would be by now.
insert into @counts (tenant, kind, label, shard, n)
with lasted as (
    select tenant, 'response' as what, date(first_response_at / 1000000, 'unixepoch') as day,
        max(first_response_at - created_at, 0) as micros
        from @tickets where first_response_at is not null
    union all
    select tenant, 'resolution', date(ended_at / 1000000, 'unixepoch'), max(ended_at - started_at, 0)
        from @resolutions
),
bucketed as (
    select *, printf('%04d', length(micros) * 100 + substr(micros, 1, 2)) as bucket from lasted
),
durations as (
    select *, substr(bucket, 1, 3) || '0' as tenth from bucketed
)
select tenant, what || '_time', day, 0, sum(micros) from durations
    group by tenant, what, day
union all
select tenant, what || '_tenths_by_day', day || ' ' || tenth, 0, count(*) from durations
    group by tenant, what, day, tenth
union all
select tenant, what || '_tenths_by_month', substr(day, 1, 7) || ' ' || tenth, 0, count(*) from durations
    group by tenant, what, substr(day, 1, 7), tenth
union all
select tenant, what || '_hundredths', tenth || ' ' || substr(day, 1, 7) || ' ' || bucket, 0, count(*) from durations
    group by tenant, what, substr(day, 1, 7), tenth, bucket;
