-- name: days_of_both
-- one row is one day of either period that is not to come
select unnest(generate_series($start::date, least($end::date, $today::date), interval 1 day))::date as day
union
select unnest(generate_series($previous_start::date, $previous_end::date, interval 1 day))::date

-- name: benefit_lines
-- one row is what one benefit is worth on one day of both periods, or what checking the runs of one agent takes, at its low, likely
-- or high value; of benefits of one agent and kind only the one with the strongest evidence counts on a day. gross is before
-- recapture. Without a value it lacks what the last three columns say: recapture, loaded rate, a rate of exchange from that currency
with days as (
    {query:days_of_both}
),
rates as (
    {query:rates_into}
),
bounds as (
    select unnest(['low', 'likely', 'high']) as bound
),
valid as (
    select
        b.*,
        coalesce(b.agent, u.agent) as of_agent,
        coalesce(b.agent, u.agent, concat('use case ', b.use_case_id)) as subject
    from benefits b
    left join use_cases u on u.id = b.use_case_id
),
counted as (
    select d.day, v.*
    from valid v
    join days d on d.day >= v.starts and case
        when v.ends is not null then d.day < v.ends
        when v.every = 'once' and v.kind <> 'hours_saved' then d.day = v.starts
        else true
    end
    qualify row_number() over (
        partition by d.day, v.subject, v.kind
        order by list_position(['declared', 'modelled', 'measured', 'verified'], v.grade) desc, v.evidence_day desc nulls last, v.id
    ) = 1
),
ran as (
    select day, agent, sum(completed)::hugeint as completed
    from ({query:run_lines})
    where agent is not null
    group by all
    having sum(completed) > 0
),
assumed as (
    select
        r.day, r.agent, a.kind,
        arg_max(struct_pack(low := coalesce(a.low, a.likely), likely := a.likely, high := coalesce(a.high, a.likely), currency := a.currency),
            a.agent is not null) as held
    from ran r
    join assumptions a
        on a.kind in ('recapture', 'loaded_rate', 'checking_minutes')
        and (a.agent is null or a.agent = r.agent)
        and r.day >= a.valid_from
        and (a.valid_to is null or r.day < a.valid_to)
    group by all
),
terms as (
    select
        r.day, r.agent, r.completed,
        any_value(a.held) filter (where a.kind = 'recapture') as recapture,
        any_value(a.held) filter (where a.kind = 'loaded_rate') as rate,
        any_value(a.held) filter (where a.kind = 'checking_minutes') as checking
    from ran r
    left join assumed a using (day, agent)
    group by all
),
-- minutes, rate and recapture of every bound in whole hundredths and ten-thousandths, so that nothing is rounded before the end
hours as (
    select
        t.day, t.agent, c.id, c.kind, c.grade, s.bound, t.rate.currency as currency,
        t.completed
            * (100 * case s.bound when 'low' then coalesce(c.minutes_low, c.minutes_likely) when 'high' then coalesce(c.minutes_high, c.minutes_likely) else c.minutes_likely end)::hugeint
            * (10000 * case s.bound when 'low' then t.rate.low when 'high' then t.rate.high else t.rate.likely end)::hugeint as units,
        (10000 * case s.bound when 'low' then t.recapture.low when 'high' then t.recapture.high else t.recapture.likely end)::hugeint as parts,
        t.recapture is null as without_recapture,
        t.rate is null as without_rate
    from terms t
    join counted c on c.kind = 'hours_saved' and c.day = t.day and c.of_agent = t.agent
    cross join bounds s
    union all
    select
        t.day, t.agent, null, 'checking', null, s.bound, t.rate.currency,
        t.completed
            * (100 * case s.bound when 'low' then t.checking.low when 'high' then t.checking.high else t.checking.likely end)::hugeint
            * (10000 * case s.bound when 'low' then t.rate.low when 'high' then t.rate.high else t.rate.likely end)::hugeint,
        1000000, false, t.rate is null
    from terms t
    cross join bounds s
    where t.checking is not null
),
-- each day has the difference of two running shares, so that the days of a month come to the whole
amounts as (
    select
        c.day, c.of_agent as agent, c.id, c.kind, c.grade, s.bound, c.currency,
        (case s.bound when 'low' then coalesce(c.low, c.likely) when 'high' then coalesce(c.high, c.likely) else c.likely end * 10000)::hugeint
            * 100000000 as units,
        case
            when c.every = 'once' then if(c.ends is null, 1, (c.ends - c.starts)::hugeint)
            when c.every = 'year' then 12 * day(last_day(c.day))::hugeint
            else day(last_day(c.day))::hugeint
        end as parts,
        if(c.every = 'once', (c.day - c.starts)::hugeint, day(c.day)::hugeint - 1) as before
    from counted c
    cross join bounds s
    where c.kind <> 'hours_saved'
),
told as (
    select
        day, agent, id, kind, grade, bound, currency, true as of_runs,
        (units * parts // 60) * 0.000000000001::decimal(38, 18) as amount,
        (units * 1000000 // 60) * 0.000000000001::decimal(38, 18) as whole,
        without_recapture, without_rate
    from hours
    union all
    select
        day, agent, id, kind, grade, bound, currency, false,
        (units * (before + 1) // parts - units * before // parts) * 0.000000000001::decimal(38, 18),
        (units * (before + 1) // parts - units * before // parts) * 0.000000000001::decimal(38, 18),
        false, false
    from amounts
)
select
    t.day, t.agent, t.id, t.kind, t.grade, t.bound, t.of_runs,
    if(t.currency = $currency, t.amount, (t.amount * r.rate)::decimal(38, 18)) as worth,
    if(t.currency = $currency, t.whole, (t.whole * r.rate)::decimal(38, 18)) as gross,
    t.without_recapture, t.without_rate,
    if(t.currency <> $currency and r.rate is null, t.currency, null) as unconverted_from
from told t
asof left join rates r on r.currency = t.currency and r.valid_from <= t.day

-- name: idle_benefits
-- one row is one bound of one benefit of hours saved that no run counts for: its agent completed none in the period
select b.id, b.kind, b.grade, s.bound, coalesce(b.agent, u.agent) as agent
from benefits b
left join use_cases u on u.id = b.use_case_id
cross join (select unnest(['low', 'likely', 'high']) as bound) s
where b.kind = 'hours_saved'
    and b.starts <= $end
    and (b.ends is null or b.ends > $start)
    and ($agents is null or list_contains($agents::varchar[], coalesce(b.agent, u.agent)))
    and coalesce(b.agent, u.agent) not in (
        select agent from runs_daily where agent is not null and completed > 0 and day between $start and $end
    )
