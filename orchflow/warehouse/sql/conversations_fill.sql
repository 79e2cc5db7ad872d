-- one row per delivered conversation, over what is stored of it: a null never replaces a value
insert into fresh
select
    p.source,
    p.conversation_id,
    coalesce(arg_max(p.agent, p.ordinal), any_value(own.agent)),
    coalesce(arg_max(p.organization, p.ordinal), any_value(own.organization)),
    coalesce(arg_max(p.user_id, p.ordinal), any_value(own.user_id)),
    coalesce(arg_max(p.started_at, p.ordinal), any_value(own.started_at)),
    greatest(max(p.last_active_at), any_value(own.last_active_at))
from parsed p
left join conversations own using (source, conversation_id)
group by p.source, p.conversation_id
