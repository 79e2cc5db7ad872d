-- one row per usage event without an organisation whose conversation or user has one by now
create or replace temp table matched as
select u.rowid as target, u.*
from usage_events u
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = u.source and o.user_id = u.user_id
where u.organization is null and coalesce(c.organization, o.organization) is not null
