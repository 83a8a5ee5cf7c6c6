-- Chats with something new, and those that an agent has read, by month too: who has read everything need not have the
-- days of all years compared.
replace into @counts (tenant, kind, label, shard, n)
select tenant, concat(kind, '_by_month'), month, 0, sum(n) from (
    select tenant, kind, substr(label, 1, char_length(label) - 3) as month, n from @counts
        where kind in ('sessions_with_news', 'sessions_read')
) days group by tenant, kind, month;
