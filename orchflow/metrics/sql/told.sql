-- name: people_of_cells
-- one row is one person in one cell, of those whom the rows name, and whether anything of theirs has a cost; the service user is
-- nobody
select
    {block} as block,
    {columns},
    user_id as person,
    bool_or({paid}) as paid
from {rows}
where {told}
    and user_id is not null
    and user_id not in (select user_id from known_users where service)
group by all

-- name: small_cells
-- one row is one cell that is not told: too small, or, of the next larger, as many as it takes until these are together not
-- small; they are put together within what is the same but for one dimension
select {columns}
from (
    with present as (select distinct {columns}, person from {people} where {crowd}),
    cells as (
        select *, row_number() over (partition by {same} order by size, {apart}) as place
        from (select {columns}, count(*) as size from present group by all)
    ),
    -- whom the smaller cells have not, told at the first cell that has them
    newcomers as (
        select {same}, place, count(*) as newcomers
        from (select {same}, person, min(place) as place from present join cells using ({columns}) group by {same}, person)
        group by {same}, place
    )
    select
        {columns},
        size,
        min(size) over (partition by {same}) as least,
        sum(newcomers) over (
            partition by {same} order by place rows between unbounded preceding and 1 preceding
        ) as people_before
    from cells
    left join newcomers using ({same}, place)
)
where size < $smallest or (least < $smallest and coalesce(people_before, 0) < $smallest)
