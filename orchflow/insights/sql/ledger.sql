-- name: ledger_amounts
-- one row is what of a cost belongs to one owner, hours of a task, a task, or a part of the plan that may have nothing; with whom the
-- calls (used) and the hours (worked) of a cost are of, where `people` are asked for
with recursive
-- days between which nobody's share changes are shared out together, within each block of days that is asked for: `blocks` are their
-- first days, of none all days are one
boundaries as materialized (
    select $start::date as from_day
    union
    select valid_from from cost_shares where valid_from > $start::date and valid_from <= $end::date
    union
    select valid_to from cost_shares where valid_to > $start::date and valid_to <= $end::date
    union
    select unnest($blocks::date[])
),
of_days as materialized (
    select day, max(from_day) as from_day
    from (select unnest(generate_series($start::date, $end::date, interval 1 day))::date as day)
    join boundaries on from_day <= day
    group by day
),
lines as materialized (
    select row_number() over () as line, *
    from (
        select
            d.from_day,
            'llm' as part,
            c.agent,
            u.provider,
            u.source,
            null::varchar as service,
            null::varchar as sub_account,
            null::bigint as entry_id,
            null::bigint as task_id,
            null::bigint as goal_id,
            null::bigint as project_id,
            null::bigint as team_id,
            sum(u.cost) as cost,
            list(distinct u.user_id) filter ($people) as used
        from (
            select day, source, caller, provider, null::varchar as user_id, cost from callers_daily where not $people
            union all by name
            select day, source, caller, provider, user_id, cost from usage_daily where $people
        ) u
        join of_days d using (day)
        left join callers c using (source, caller)
        where u.day between $start and $end and u.cost is not null
        group by all
        union all by name
        select
            d.from_day,
            e.part,
            e.agent,
            e.provider,
            e.source,
            e.service,
            e.sub_account,
            e.entry_id,
            e.task_id,
            e.goal_id,
            e.project_id,
            e.team_id,
            sum(e.cost) as cost,
            list(distinct e.person_id) filter ($people) as worked
        from expenses($rates) e
        join of_days d using (day)
        where e.day between $start and $end and e.cost is not null and ($hours_told or e.person_id is null)
        group by all
    )
),
-- the shares in force; what of a subject is in no share belongs to nobody
in_force as materialized (
    select
        b.from_day,
        h.subject_kind,
        h.subject,
        h.owner_kind,
        h.goal_id,
        h.project_id,
        h.team_id,
        h.agent as next_agent,
        h.share::double / 100 as weight
    from boundaries b
    join cost_shares h on h.valid_from <= b.from_day and (h.valid_to is null or h.valid_to > b.from_day)
),
-- by what a line is known, the most telling first: what names its owner itself is shared out by shares of its own alone
known_by as (
    select line, from_day, 1 as place, 'entry' as subject_kind, entry_id::varchar as subject
    from lines
    where entry_id is not null
    union all
    select l.line, l.from_day, k.place, k.subject_kind, k.subject
    from lines l, unnest([
        {'place': 2, 'subject_kind': 'agent', 'subject': l.agent},
        {'place': 3, 'subject_kind': 'service', 'subject': l.service},
        {'place': 4, 'subject_kind': 'sub_account', 'subject': l.sub_account},
        {'place': 5, 'subject_kind': 'source', 'subject': l.source},
        {'place': 6, 'subject_kind': 'provider', 'subject': l.provider}
    ]) as known(k)
    where k.subject is not null and coalesce(l.task_id, l.goal_id, l.project_id, l.team_id) is null
),
shared as materialized (
    select k.line, k.from_day, f.owner_kind, null::bigint as task_id, f.goal_id, f.project_id, f.team_id, f.next_agent, f.weight
    from known_by k
    join in_force f using (from_day, subject_kind, subject)
    qualify k.place = min(k.place) over (partition by k.line)
),
first_owners as materialized (
    select * from shared
    union all by name
    select
        line,
        from_day,
        case
            when task_id is not null then 'task'
            when goal_id is not null then 'goal'
            when project_id is not null then 'project'
            when team_id is not null then 'team'
            else 'agent'
        end as owner_kind,
        task_id,
        goal_id,
        project_id,
        if(coalesce(task_id, goal_id, project_id) is null, team_id, null) as team_id,
        if(coalesce(task_id, goal_id, project_id, team_id) is null, agent, null) as next_agent,
        1.0::double as weight
    from lines l
    where not exists (select 1 from shared s where s.line = l.line)
        and (agent is not null or coalesce(task_id, goal_id, project_id, team_id) is not null)
),
-- an agent belongs to those who have a share in it; else, in equal parts, to the rows of the plan that link to it
holders as (
    select distinct
        target as agent,
        entity as owner_kind,
        if(entity = 'effort', entity_id, null) as effort_id,
        if(entity = 'project', entity_id, null) as project_id,
        if(entity = 'goal', entity_id, null) as goal_id,
        if(entity = 'task', entity_id, null) as task_id
    from links
    where kind = 'agent' and entity in ('effort', 'project', 'goal', 'task')
),
agent_owners as materialized (
    select from_day, subject as agent, owner_kind, null::bigint as effort_id, project_id, goal_id, null::bigint as task_id, team_id, next_agent, weight
    from in_force
    where subject_kind = 'agent'
    union all by name
    select
        b.from_day,
        h.*,
        null::bigint as team_id,
        null::varchar as next_agent,
        1.0::double / count(*) over (partition by b.from_day, h.agent) as weight
    from boundaries b, holders h
    where not exists (
        select 1 from in_force f where f.from_day = b.from_day and f.subject_kind = 'agent' and f.subject = h.agent
    )
),
-- what an agent owes to another agent is followed eight times; what goes round longer belongs to nobody
of_agents as (
    select
        from_day, agent, owner_kind, effort_id, project_id, goal_id, task_id, team_id, next_agent, weight, 1 as step
    from agent_owners
    union all
    select
        a.from_day, a.agent, o.owner_kind, o.effort_id, o.project_id, o.goal_id, o.task_id, o.team_id, o.next_agent,
        a.weight * o.weight, a.step + 1
    from of_agents a
    join agent_owners o on o.from_day = a.from_day and o.agent = a.next_agent
    where a.owner_kind = 'agent' and a.step < 8
),
owners as (
    select line, owner_kind, effort_id, project_id, goal_id, task_id, team_id, sum(weight) as weight
    from (
        select line, owner_kind, null::bigint as effort_id, project_id, goal_id, task_id, team_id, weight
        from first_owners
        where owner_kind <> 'agent'
        union all by name
        select f.line, a.owner_kind, a.effort_id, a.project_id, a.goal_id, a.task_id, a.team_id, f.weight * a.weight as weight
        from first_owners f
        join of_agents a on a.from_day = f.from_day and a.agent = f.next_agent
        where f.owner_kind = 'agent' and a.owner_kind <> 'agent'
    )
    group by all
),
portions as materialized (
    select
        o.*,
        l.from_day,
        l.part,
        l.used,
        l.worked,
        (l.cost::double * o.weight)::decimal(38, 12)::decimal(38, 18) as portion,
        l.cost,
        sum(o.weight) over (partition by o.line) > 1 - 1e-9
            and row_number() over (
                partition by o.line
                order by o.weight desc, o.effort_id, o.project_id, o.goal_id, o.task_id, o.team_id
            ) = 1 as has_the_rest
    from owners o
    join lines l using (line)
),
-- what is left of a line after all others have their portion is the first owner's, where all of it is owned, else nobody's
owned as (
    select
        from_day, part, effort_id, project_id, goal_id, task_id, team_id, used, worked,
        case when has_the_rest then cost - (sum(portion) over (partition by line) - portion) else portion end as amount
    from portions
    union all by name
    select l.from_day, l.part, l.used, l.worked, l.cost - coalesce(p.given, 0) as amount
    from lines l
    left join (select line, sum(portion) as given, bool_or(has_the_rest) as whole from portions group by line) p using (line)
    where not coalesce(p.whole, false)
)
-- where in the plan an owner stands; what was removed from it since belongs to what it stood in
select
    o.from_day,
    o.used,
    o.worked,
    o.part,
    coalesce(p.effort_id, o.effort_id) as effort_id,
    o.team_id,
    p.id as project_id,
    g.id as goal_id,
    t.id as task_id,
    o.amount
from owned o
left join tasks t on t.id = o.task_id
left join goals g on g.id = if(t.id is null, o.goal_id, t.goal_id)
left join projects p on p.id = coalesce(t.project_id, g.project_id, o.project_id)
union all by name
select
    h.day as from_day,
    p.effort_id,
    p.id as project_id,
    g.id as goal_id,
    t.id as task_id,
    h.hours,
    if(h.amount is null, h.hours, null) as unpriced_hours
from expenses($rates) h
left join tasks t on t.id = h.task_id
left join goals g on g.id = if(t.id is null, h.goal_id, t.goal_id)
left join projects p on p.id = coalesce(t.project_id, g.project_id, h.project_id)
where h.origin = 'hours' and h.day between $start and $end and $plan
union all by name
select
    $start::date as from_day,
    p.effort_id,
    t.project_id,
    t.goal_id,
    t.id as task_id,
    1 as tasks,
    (w.state = 'done')::bigint as tasks_done,
    t.points,
    if(w.state = 'done', t.points, 0) as points_done
from tasks t
join projects p on p.id = t.project_id
left join (select key, any_value(state) as state from workflow_columns group by key) w on w.key = t.status
where $plan
union all by name
-- what has no tasks and cost nothing is a line as well
select $start::date as from_day, e.id as effort_id, p.id as project_id, g.id as goal_id
from efforts e
left join projects p on p.effort_id = e.id
left join goals g on g.project_id = p.id
where $plan

-- name: ledger
-- one row is one line of the ledger: an effort, a project, a goal, a task, a team, what belongs to nobody, or the total of all;
-- what it cost with everything under it, and in `own` what of that belongs to it alone
with
-- no deeper than is asked for: at its row, `of_…` is what belongs to that row or to one above it
placed as (
    select
        list_max(list_filter($blocks::date[], lambda block: block <= f.from_day)) as day,
        effort_id,
        team_id,
        if($deepest = 'effort', null, f.project_id) as project_id,
        if($deepest in ('effort', 'project'), null, f.goal_id) as goal_id,
        if($deepest = 'task', f.task_id, null) as task_id,
        sum(tasks) as tasks,
        sum(tasks_done) as tasks_done,
        sum(points) as points,
        sum(points_done) as points_done,
        sum(hours) as hours,
        sum(unpriced_hours) as unpriced_hours,
        sum(amount) filter (where part = 'llm') as llm,
        sum(amount) filter (where part = 'infrastructure') as infrastructure,
        sum(amount) filter (where part = 'development') as development,
        sum(amount) filter (where part = 'operations') as operations,
        sum(amount) as cost,
        sum(amount) filter (where f.task_id is null and f.goal_id is null and f.project_id is null) as of_efforts,
        sum(amount) filter (where f.task_id is null and f.goal_id is null) as of_projects,
        sum(amount) filter (where f.task_id is null) as of_goals
    from (
{query:ledger_amounts}
    ) f
    where $effort::bigint is null or effort_id = $effort::bigint
    group by all
),
sums as (
    select
        day,
        case
            when grouping(task_id) = 0 then 'task'
            when grouping(goal_id) = 0 then 'goal'
            when grouping(project_id) = 0 then 'project'
            when grouping(effort_id) = 1 then 'total'
            when effort_id is not null then 'effort'
            when team_id is not null then 'team'
            else 'nobody'
        end as kind,
        effort_id,
        project_id,
        goal_id,
        task_id,
        team_id,
        coalesce(sum(tasks), 0)::bigint as tasks,
        coalesce(sum(tasks_done), 0)::bigint as tasks_done,
        sum(points) as points,
        sum(points_done) as points_done,
        sum(hours) as hours,
        sum(unpriced_hours) as unpriced_hours,
        coalesce(sum(llm), 0) as llm,
        coalesce(sum(infrastructure), 0) as infrastructure,
        coalesce(sum(development), 0) as development,
        coalesce(sum(operations), 0) as operations,
        coalesce(sum(cost), 0) as cost,
        coalesce(sum(of_efforts), 0) as of_efforts,
        coalesce(sum(of_projects), 0) as of_projects,
        coalesce(sum(of_goals), 0) as of_goals
    from placed
    group by
        day,
        grouping sets (
            (), (effort_id, team_id), (effort_id, team_id, project_id), (effort_id, team_id, project_id, goal_id),
            (effort_id, team_id, project_id, goal_id, task_id)
        )
)
select
    s.day,
    s.kind,
    s.effort_id,
    s.project_id,
    s.goal_id,
    s.task_id,
    s.team_id,
    case s.kind when 'project' then p.number when 'effort' then e.number::varchar end as number,
    coalesce(t.title, g.name, p.name, e.name, m.name) as name,
    s.tasks,
    s.tasks_done,
    s.points,
    s.points_done,
    s.hours,
    s.unpriced_hours,
    s.llm,
    s.infrastructure,
    s.development,
    s.operations,
    s.cost,
    case s.kind when 'total' then 0 when 'effort' then of_efforts when 'project' then of_projects when 'goal' then of_goals else s.cost end as own
from sums s
left join efforts e on e.id = s.effort_id
left join projects p on p.id = s.project_id
left join goals g on g.id = s.goal_id
left join tasks t on t.id = s.task_id
left join teams m on m.id = s.team_id
where case s.kind when 'task' then s.task_id is not null when 'goal' then s.goal_id is not null when 'project' then s.project_id is not null else true end
order by
    s.day, s.kind = 'total', s.effort_id is null, s.team_id is null, s.effort_id, s.team_id,
    s.project_id nulls first, s.goal_id nulls first, s.task_id nulls first

-- name: ledger_cells
-- one row is one effort, team or nobody in one block of days: what it cost, and the people of its calls and of its hours; the service
-- user is nobody
select
    c.* replace (list_filter(c.used, lambda person: not list_contains(s.names, person)) as used),
    case when c.effort_id is not null then 'effort' when c.team_id is not null then 'team' else 'nobody' end as kind,
    e.number::varchar as number,
    coalesce(e.name, m.name) as name
from (
    select
        list_max(list_filter($blocks::date[], lambda block: block <= f.from_day)) as day,
        effort_id,
        team_id,
        coalesce(sum(tasks), 0)::bigint as tasks,
        coalesce(sum(tasks_done), 0)::bigint as tasks_done,
        sum(points) as points,
        sum(points_done) as points_done,
        coalesce(sum(amount) filter (where part = 'llm'), 0) as llm,
        coalesce(sum(amount) filter (where part = 'infrastructure'), 0) as infrastructure,
        coalesce(sum(amount) filter (where part = 'development'), 0) as development,
        coalesce(sum(amount) filter (where part = 'operations'), 0) as operations,
        list_distinct(flatten(list(used))) as used,
        list_distinct(flatten(list(worked))) as worked
    from (
{query:ledger_amounts}
    ) f
    group by all
) c
cross join (select coalesce(list(user_id), []) as names from known_users where service) s
left join efforts e on e.id = c.effort_id
left join teams m on m.id = c.team_id

-- name: ledger_left_out
-- one row: how much of the period is in no sum: amounts for want of a rate of exchange, calls for want of a price
select
    coalesce(sum(unconverted), 0)::bigint as unconverted,
    coalesce(sum(unpriced), 0)::bigint as unpriced_calls
from (
    select unconverted, if(provenance = 'unpriced', calls, 0) as unpriced from callers_daily where day between $start and $end
    union all
    select unconverted, 0 from expenses($rates) where day between $start and $end
)

-- name: ledger_agents
-- one row is one agent of a line of the ledger: what stands under the line links to it, or has a share of its cost; and what its
-- calls cost in the days, whoever else they belong to
with own as (
    select distinct l.target as agent
    from links l
    left join tasks t on l.entity = 'task' and t.id = l.entity_id
    left join goals g on g.id = if(t.id is null, if(l.entity = 'goal', l.entity_id, null), t.goal_id)
    left join projects p on p.id = coalesce(t.project_id, g.project_id, if(l.entity = 'project', l.entity_id, null))
    where l.kind = 'agent'
        and coalesce(p.effort_id, if(l.entity = 'effort', l.entity_id, null)) = $effort
        and ($project::bigint is null or p.id = $project::bigint)
        and ($goal::bigint is null or g.id = $goal::bigint)
        and ($task::bigint is null or t.id = $task::bigint)
    union
    select h.subject
    from cost_shares h
    left join goals g on g.id = h.goal_id
    join projects p on p.id = coalesce(g.project_id, h.project_id)
    where h.subject_kind = 'agent'
        and h.valid_from <= $end and (h.valid_to is null or h.valid_to > $start)
        and p.effort_id = $effort
        and ($project::bigint is null or p.id = $project::bigint)
        and ($goal::bigint is null or g.id = $goal::bigint)
        and $task::bigint is null
)
select o.agent, coalesce(a.name, o.agent) as name, u.cost, coalesce(u.calls, 0)::bigint as calls
from own o
left join known_agents a on a.slug = o.agent
left join (
    select c.agent, sum(d.cost) as cost, sum(d.calls) as calls
    from usage_daily d
    join callers c using (source, caller)
    where d.day between $start and $end
    group by c.agent
) u using (agent)
order by u.cost desc nulls last, name

-- name: ledger_hours
-- one row is what one person worked on one task on one day under a line of the ledger, the newest first
select h.day, w.display_name as person, t.title as task, h.hours, h.cost
from expenses($rates) h
left join people w on w.id = h.person_id
left join tasks t on t.id = h.task_id
left join goals g on g.id = if(t.id is null, h.goal_id, t.goal_id)
left join projects p on p.id = coalesce(t.project_id, g.project_id, h.project_id)
where h.origin = 'hours'
    and h.day between $start and $end
    and p.effort_id = $effort
    and ($project::bigint is null or p.id = $project::bigint)
    and ($goal::bigint is null or g.id = $goal::bigint)
    and ($task::bigint is null or h.task_id = $task::bigint)
order by h.day desc, h.hours desc, task, person
