-- name: callers_add
-- one row per caller that what this transaction counts names for the first time
insert into callers
select distinct d.source, d.caller, cast(null as varchar)
from usage_delta d
anti join callers c on c.source = d.source and c.caller = d.caller
where d.caller is not null

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

-- name: homes_create
-- no row: the organisations of users as they were before this transaction, and whose conversation's organisation it changes
create or replace temp table homes_before as select source, user_id, organization from user_organizations;
create or replace temp table touched_conversations (source varchar, conversation_id varchar)

-- name: conversations_note
-- one row per conversation of the batch whose organisation or user is about to be another one
insert into touched_conversations
select f.source, f.conversation_id
from fresh f
left join conversations own using (source, conversation_id)
where f.organization is distinct from own.organization or f.user_id is distinct from own.user_id

-- name: homes_touched_users
-- one row per user whose organisation is another one than before
create or replace temp table touched_users as
select coalesce(now.source, before.source) as source, coalesce(now.user_id, before.user_id) as user_id
from user_organizations as now
full join homes_before as before on before.source = now.source and before.user_id = now.user_id
where now.organization is distinct from before.organization

-- name: homes_match
-- one row per usage event that names no organisation and whose conversation, else its user, has another one by now
create or replace temp table matched as
select u.rowid as target, u.*
from usage_events u
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = u.source and o.user_id = u.user_id
where
    u.reported_organization is null
    and coalesce(c.organization, o.organization, u.organization) is distinct from u.organization
    and (
        (u.source, u.conversation_id) in (select (source, conversation_id) from touched_conversations)
        or (u.source, u.user_id) in (select (source, user_id) from touched_users)
    )

-- name: homes_settle
-- one row per usage event that names no organisation and whose conversation, else its user, has another one by now, in place
update usage_events
set organization = known.organization
from (
    select u.rowid as target, coalesce(c.organization, o.organization) as organization
    from usage_events u
    left join conversations c using (source, conversation_id)
    left join user_organizations o on o.source = u.source and o.user_id = u.user_id
    where
        u.reported_organization is null
        and coalesce(c.organization, o.organization, u.organization) is distinct from u.organization
) known
where known.target = usage_events.rowid

-- name: homes_merge
-- one row per usage event with the organisation that its conversation, else its user, has by now
create or replace temp table merged as
select m.* replace (coalesce(c.organization, o.organization) as organization)
from matched m
left join conversations c using (source, conversation_id)
left join user_organizations o on o.source = m.source and o.user_id = m.user_id

-- name: homes_touch
-- one row per thread with a run whose conversation or user has another organisation by now
insert into touched_threads
select distinct r.source, coalesce(r.conversation_id, chr(31) || r.agent)
from agent_runs r
where
    (r.source, r.conversation_id) in (select (source, conversation_id) from touched_conversations)
    or (r.source, r.user_id) in (select (source, user_id) from touched_users)
