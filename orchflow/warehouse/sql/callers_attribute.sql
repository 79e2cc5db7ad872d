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
