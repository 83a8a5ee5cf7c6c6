-- What an agent has read, in the order of the list: the last activity of a session in which the agent has read all that
-- its customer wrote, and null while there is something new, or nothing was written. Customers' cursors have none.
alter table @read_cursors
    add column tenant text collate "C",
    add column session_updated_at timestamptz;
update @read_cursors c set tenant = s.tenant, session_updated_at = case
        when c.participant <> 'customer' and s.last_customer_seq > 0 and c.up_to >= s.last_customer_seq
        then s.updated_at end
    from @sessions s where s.id = c.session_id;
create index @read_cursors_by_update on @read_cursors (tenant, participant, session_updated_at, session_id)
    where session_updated_at is not null;
-- What everybody has read, because nobody wrote anything.
create index @sessions_without_news on @sessions (tenant, updated_at, id) where last_customer_seq = 0;

-- Whether a session holds what its assignee has not read, so that agents find that among their own at once.
alter table @sessions add column news_for_assignee bigint not null default 0;
update @sessions s set news_for_assignee = 1
    where s.assignee_id is not null and s.last_customer_seq > coalesce((
        select c.up_to from @read_cursors c where c.session_id = s.id and c.participant = 'agent:' || s.assignee_id), 0);
create index @sessions_of_assignee_by_news on @sessions (tenant, assignee_id, news_for_assignee, updated_at, id)
    where assignee_id is not null;

-- Days with sessions in which no customer has written are not looked for any more.
delete from @counts where kind = 'sessions_without_news';
