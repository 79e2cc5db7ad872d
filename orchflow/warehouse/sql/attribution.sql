-- name: callers_add
-- one row per caller that the batch names for the first time
insert into callers
select distinct i.source, i.caller, cast(null as varchar)
from incoming i
anti join callers c on c.source = i.source and c.caller = i.caller
where i.caller is not null

-- name: callers_attribute
-- one row per caller whose agent is another one than before: exact slug, else the longest slug that a known suffix was put
-- on, else the same with what stands before the first colon; system-… calls belong to no agent unless named exactly
with suffixes as (
    select unnest(['-context', '-rag', '-rag-voice', '-rag-condense', '-rag-voice-condense', '-api']) as suffix
), forms as (
    select source, caller, caller as form, 0 as cut from callers
    union all
    select source, caller, split_part(caller, ':', 1), 2 from callers where contains(caller, ':')
), guesses as (
    select source, caller, form as slug, cut as rank from forms
    union all
    select f.source, f.caller, left(f.form, length(f.form) - length(s.suffix)), f.cut + 1
    from forms f
    join suffixes s on ends_with(f.form, s.suffix)
), attributed as (
    select
        g.source, g.caller,
        -- an agent of the caller's own source comes before one of the same name elsewhere
        arg_min(g.slug, (g.rank, -length(g.slug), a.source <> g.source, a.source)) as agent
    from guesses g
    join agents a on a.slug = g.slug
    where g.rank = 0 or not starts_with(g.caller, 'system-')
    group by g.source, g.caller
)
update callers
set agent = best.agent
from (select c.source, c.caller, t.agent from callers c left join attributed t using (source, caller)) best
where best.source = callers.source and best.caller = callers.caller and callers.agent is distinct from best.agent

-- name: homes_match
-- one row per usage event without an organisation whose conversation or user has one by now
create or replace temp table matched as
select u.rowid as target, u.*
from usage_events u
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = u.source and o.user_id = u.user_id
where u.organization is null and coalesce(c.organization, o.organization) is not null

-- name: homes_merge
-- one row per usage event that now has its conversation's organisation, else its user's
create or replace temp table merged as
select m.* replace (coalesce(c.organization, o.organization) as organization)
from matched m
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = m.source and o.user_id = m.user_id

-- name: homes_touch
-- one row per thread with a run without organisation or user for which its conversation or user has one by now
insert into touched_threads
select distinct r.source, coalesce(r.conversation_id, chr(31) || r.agent)
from agent_runs r
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = r.source and o.user_id = coalesce(r.user_id, c.user_id)
where (r.organization is null and coalesce(c.organization, o.organization) is not null)
    or (r.user_id is null and c.user_id is not null)
