-- name: bills_told_twice
-- One row per two files of one delivery of which the smaller tells mostly charges that the other one tells as well, by what they
-- are for and when: how many these are. Amounts are not compared, since a later export may have corrected them.
with several as (
    select provider_name, billing_account_id, billing_start, unit
    from focus_lines
    where source = $source and unit is not null
    group by all
    having count(distinct delivery) > 1
),
charges as (
    select
        l.delivery, l.delivered_at, coalesce(l.provider_name, '') as provider, coalesce(l.billing_account_id, '') as account,
        l.billing_start, l.unit,
        hash(
            l.charge_start, l.charge_end, l.charge_category, l.charge_class, l.charge_description, l.sub_account_id, l.region_id,
            l.resource_id, l.service_name, l.sku_id, l.sku_price_id, l.commitment_discount_id, l.tags
        ) as about,
        count(*) as lines
    from focus_lines l
    semi join several s on
        s.provider_name is not distinct from l.provider_name
        and s.billing_account_id is not distinct from l.billing_account_id
        and s.billing_start = l.billing_start
        and s.unit = l.unit
    where l.source = $source
    group by all
),
files as (
    select delivery, provider, account, billing_start, sum(lines)::bigint as lines
    from charges
    group by all
),
pairs as (
    select
        e.delivery as earlier, l.delivery as later, provider, account, billing_start, unit,
        sum(least(e.lines, l.lines))::bigint as lines
    from charges e
    join charges l using (provider, account, billing_start, unit, about)
    where (e.delivered_at, e.delivery) < (l.delivered_at, l.delivery)
    group by all
)
select p.earlier, p.later, p.provider, p.account, p.billing_start at time zone 'UTC', p.lines
from pairs p
join files e on e.delivery = p.earlier and e.provider = p.provider and e.account = p.account and e.billing_start = p.billing_start
join files l on l.delivery = p.later and l.provider = p.provider and l.account = p.account and l.billing_start = p.billing_start
where p.lines * 2 > least(e.lines, l.lines)
order by p.lines desc, p.earlier, p.later
limit $limit

-- name: bills_overtaken
-- One row per file of which lines no longer count since a file of its folder was written later: that one, and how many lines.
with files as (
    select path, rows, modified_at, first_at, last_at, regexp_replace(path, '[^/\\]*$', '') as folder
    from loaded_files
    where source = $source
    qualify row_number() over (partition by path order by loaded_at desc) = 1
),
stored as (
    select delivery as path, count(*) as lines from focus_lines where source = $source group by delivery
),
refused as (
    select raw ->> 'delivery' as path, count(*) as lines
    from rejects
    where source = $source and resolved_at is null
    group by all
)
select
    e.path, max_by(l.path, (l.modified_at, l.path)),
    any_value(e.rows - coalesce(s.lines, 0) - coalesce(r.lines, 0))::bigint as lines
from files e
join files l on
    l.folder = e.folder and (l.modified_at, l.path) > (e.modified_at, e.path)
    and l.first_at <= e.last_at and l.last_at >= e.first_at
left join stored s on s.path = e.path
left join refused r on r.path = e.path
where e.rows > coalesce(s.lines, 0) + coalesce(r.lines, 0)
group by e.path
order by lines desc, e.path
limit $limit
