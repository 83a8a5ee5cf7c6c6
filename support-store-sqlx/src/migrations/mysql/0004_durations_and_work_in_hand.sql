-- DDL commits as it goes: what was cut off is run again, and what a table has by then is passed over. Each table is
-- altered by one statement, wholly or not at all.

-- How long first answers and stretches of work took, so that figures about any period read few rows (P7). A
-- duration's bucket is the number of its digits and the first two of them: 912 holds those of nine digits that begin
-- with 12. Counts of buckets tell where a rank lies, and an index tells which durations are in that bucket.
alter table @tickets
    add column response_bucket bigint generated always as (
        char_length(greatest(timestampdiff(microsecond, created_at, first_response_at), 0)) * 100
        + cast(left(greatest(timestampdiff(microsecond, created_at, first_response_at), 0), 2) as signed)) virtual,
    -- Whose work a ticket is that is not done, so that nobody looks through what was done years ago.
    add column in_hand_of varchar(128) generated always as (
        case when status in ('resolved', 'closed') then null else assignee_id end) virtual,
    drop key @tickets_by_first_response,
    add key @tickets_by_first_response (tenant, first_response_at, response_bucket, created_at),
    add key @tickets_by_response_bucket (tenant, response_bucket, first_response_at, created_at),
    add key @tickets_in_hand_by_update (tenant, in_hand_of, updated_at, id),
    add key @tickets_in_hand_by_creation (tenant, in_hand_of, created_at, id),
    add key @tickets_in_hand_by_priority (tenant, in_hand_of, priority, id),
    add key @tickets_in_hand_by_wait (tenant, in_hand_of, waiting_since, id),
    -- With what lists are ordered by, so that a week's tickets are put in order before they are read.
    drop key @tickets_by_creation,
    add key @tickets_by_creation (tenant, created_at, id, updated_at, priority, waiting_since);

alter table @resolutions
    -- Tickets that were resolved more than once are counted once in a period.
    add column again tinyint not null default 0,
    add column duration_bucket bigint generated always as (
        char_length(greatest(timestampdiff(microsecond, started_at, ended_at), 0)) * 100
        + cast(left(greatest(timestampdiff(microsecond, started_at, ended_at), 0), 2) as signed)) virtual,
    drop key @resolutions_by_end,
    add key @resolutions_by_end (tenant, ended_at, duration_bucket, started_at),
    add key @resolutions_by_bucket (tenant, duration_bucket, ended_at, started_at),
    add key @resolutions_again (tenant, again, ended_at, ticket_id);
update @resolutions set again = 1 where ticket_id in (
    select ticket_id from (select ticket_id from @resolutions group by ticket_id having count(*) > 1) twice);

-- Lists of a status were read from it and sorted, for it holds what they are ordered by, and not in that order. What the
-- bot owes an answer is active, which is little.
alter table @sessions drop key @sessions_unanswered;

-- What the kept counts would be by now.
replace into @counts (tenant, kind, label, shard, n)
with durations as (
    select tenant, 'response' as what, date_format(first_response_at, '%Y-%m-%d') as day,
        greatest(timestampdiff(microsecond, created_at, first_response_at), 0) as micros,
        lpad(response_bucket - response_bucket % 10, 4, '0') as tenth, lpad(response_bucket, 4, '0') as bucket
        from @tickets where first_response_at is not null
    union all
    select tenant, 'resolution', date_format(ended_at, '%Y-%m-%d'),
        greatest(timestampdiff(microsecond, started_at, ended_at), 0),
        lpad(duration_bucket - duration_bucket % 10, 4, '0'), lpad(duration_bucket, 4, '0')
        from @resolutions
)
select tenant, concat(what, '_time'), day, 0, cast(sum(micros) as signed) from durations
    group by tenant, what, day
union all
select tenant, concat(what, '_tenths_by_day'), concat(day, ' ', tenth), 0, count(*) from durations
    group by tenant, what, day, tenth
union all
select tenant, concat(what, '_tenths_by_month'), concat(substr(day, 1, 7), ' ', tenth), 0, count(*) from durations
    group by tenant, what, substr(day, 1, 7), tenth
union all
select tenant, concat(what, '_hundredths'), concat(tenth, ' ', substr(day, 1, 7), ' ', bucket), 0, count(*)
    from durations
    group by tenant, what, substr(day, 1, 7), tenth, bucket;
