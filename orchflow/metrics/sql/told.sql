-- name: people_of_cells
-- one row is one person in one cell, of those whom the rows name; the service user is nobody
select distinct
    {block} as block,
    {columns},
    user_id as person
from {rows}
where {told}
    and user_id is not null
    and not exists (select 1 from known_users s where s.user_id = {base}.user_id and s.service)

-- name: small_cells
-- one row is one cell that is not told: too small, or, of the next larger, as many as it takes until these are together not
-- small; they are put together within what is the same but for one dimension
select {columns}
from (
    select
        {columns},
        size,
        min(size) over (partition by {same}) as least,
        sum(newcomers) over (
            partition by {same} order by place rows between unbounded preceding and 1 preceding
        ) as people_before
    from (
        select {columns}, size, place, count(*) filter (where newcomer) as newcomers
        from (
            select *, place = min(place) over (partition by {same}, person) as newcomer
            from (
                select *, dense_rank() over (partition by {same} order by size, {apart}) as place
                from (
                    select *, count(*) over (partition by {columns}) as size
                    from (select distinct {columns}, person from {people})
                )
            )
        )
        group by all
    )
)
where size < $smallest or (least < $smallest and coalesce(people_before, 0) < $smallest)
