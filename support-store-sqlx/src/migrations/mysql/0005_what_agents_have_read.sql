-- DDL commits as it goes: what was cut off is run again, and what a table has by then is passed over. Each table is
-- altered by one statement, wholly or not at all.

-- What an agent has read, in the order of the list: the last activity of a session in which the agent has read all that
-- its customer wrote, and null while there is something new, or nothing was written. Customers' cursors have none.
alter table @read_cursors
    add column tenant varchar(128),
    add column session_updated_at datetime(6),
    add key @read_cursors_by_update (tenant, participant, session_updated_at, session_id);
update @read_cursors c join @sessions s on s.id = c.session_id set c.tenant = s.tenant, c.session_updated_at = case
        when c.participant <> 'customer' and s.last_customer_seq > 0 and c.up_to >= s.last_customer_seq
        then s.updated_at end;

alter table @sessions
    -- Whether it holds what its assignee has not read, so that agents find that among their own at once.
    add column news_for_assignee tinyint not null default 0,
    add key @sessions_of_assignee_by_news (tenant, assignee_id, news_for_assignee, updated_at, id),
    -- What everybody has read, because nobody wrote anything.
    add key @sessions_without_news (tenant, last_customer_seq, updated_at, id);
update @sessions s set s.news_for_assignee = 1
    where s.assignee_id is not null and s.last_customer_seq > coalesce((
        select c.up_to from @read_cursors c
        where c.session_id = s.id and c.participant = concat('agent:', s.assignee_id)), 0);

-- Days with sessions in which no customer has written are not looked for any more.
delete from @counts where kind = 'sessions_without_news';
