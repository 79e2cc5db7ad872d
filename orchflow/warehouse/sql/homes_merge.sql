-- one row per usage event that now has its conversation's organisation, else its user's
create or replace temp table merged as
select m.* replace (coalesce(c.organization, o.organization) as organization)
from matched m
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = m.source and o.user_id = m.user_id
