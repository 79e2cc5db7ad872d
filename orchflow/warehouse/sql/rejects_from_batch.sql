-- one row per delivered row that cannot be kept, in its raw form
create or replace temp table refused as
select
    md5_number(concat_ws(chr(31), $source, $dataset, raw)) as reject_key,
    raw,
    max(reason) as reason
from (
    select json_merge_patch(to_json(s), '{"ordinal": null}') as raw, p.reason
    from parsed p
    join staged s on s.ordinal = p.ordinal
    where p.reason is not null
)
group by all
