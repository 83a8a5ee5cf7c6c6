-- How long first answers and stretches of work took, so that figures about any period read few rows (P7). A
-- duration's bucket is the number of its digits and the first two of them: 912 holds those of nine digits that begin
-- with 12. Counts of buckets tell where a rank lies, and an index tells which durations are in that bucket.
alter table @tickets
    add column response_bucket bigint generated always as (case when first_response_at is not null then
        length(greatest((extract(epoch from (first_response_at - created_at)) * 1000000)::bigint, 0)::text) * 100
        + left(greatest((extract(epoch from (first_response_at - created_at)) * 1000000)::bigint, 0)::text, 2)::bigint
        end) stored,
    -- Whose work a ticket is that is not done, so that nobody looks through what was done years ago.
    add column in_hand_of text collate "C" generated always as (
        case when status in ('resolved', 'closed') then null else assignee_id end) stored;
drop index @tickets_by_first_response;
create index @tickets_by_first_response on @tickets (tenant, first_response_at, response_bucket, created_at)
    where first_response_at is not null;
create index @tickets_by_response_bucket on @tickets (tenant, response_bucket, first_response_at, created_at)
    where first_response_at is not null;
create index @tickets_in_hand_by_update on @tickets (tenant, in_hand_of, updated_at, id) where in_hand_of is not null;
create index @tickets_in_hand_by_creation on @tickets (tenant, in_hand_of, created_at, id) where in_hand_of is not null;
create index @tickets_in_hand_by_priority on @tickets (tenant, in_hand_of, priority, id) where in_hand_of is not null;
create index @tickets_in_hand_by_wait on @tickets (tenant, in_hand_of, waiting_since, id)
    where in_hand_of is not null and waiting_since is not null;
-- With what lists are ordered by, so that a week's tickets are put in order before they are read.
drop index @tickets_by_creation;
create index @tickets_by_creation on @tickets (tenant, created_at, id, updated_at, priority, waiting_since);

-- Tickets that were resolved more than once are counted once in a period.
alter table @resolutions
    add column again bigint not null default 0,
    add column duration_bucket bigint generated always as (
        length(greatest((extract(epoch from (ended_at - started_at)) * 1000000)::bigint, 0)::text) * 100
        + left(greatest((extract(epoch from (ended_at - started_at)) * 1000000)::bigint, 0)::text, 2)::bigint) stored;
update @resolutions set again = 1
    where ticket_id in (select ticket_id from @resolutions group by ticket_id having count(*) > 1);
drop index @resolutions_by_end;
create index @resolutions_by_end on @resolutions (tenant, ended_at, duration_bucket, started_at);
create index @resolutions_by_bucket on @resolutions (tenant, duration_bucket, ended_at, started_at);
create index @resolutions_again on @resolutions (tenant, ended_at, ticket_id) where again = 1;

-- What the kept counts would be by now.
insert into @counts (tenant, kind, label, shard, n)
with durations as (
    select tenant, 'response' as what, to_char(first_response_at at time zone 'UTC', 'YYYY-MM-DD') as day,
        greatest((extract(epoch from (first_response_at - created_at)) * 1000000)::bigint, 0) as micros,
        lpad((response_bucket - response_bucket % 10)::text, 4, '0') as tenth,
        lpad((response_bucket)::text, 4, '0') as bucket
        from @tickets where first_response_at is not null
    union all
    select tenant, 'resolution', to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD'),
        greatest((extract(epoch from (ended_at - started_at)) * 1000000)::bigint, 0),
        lpad((duration_bucket - duration_bucket % 10)::text, 4, '0'), lpad((duration_bucket)::text, 4, '0')
        from @resolutions
)
select tenant, what || '_time', day, 0, sum(micros)::bigint from durations
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
