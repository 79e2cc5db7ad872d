-- name: value_macros
-- No row: how values of files are read; each gives null for what it cannot read. `mark` is the decimal mark, '.' or ',', and
-- '?' where the column does not show it: then a value is read only if it can be read in no other way.
create macro epoch_parts(x) as try_cast(x as decimal(38, 9));
create macro epoch_unit(x) as case
    when not regexp_full_match(x, '\d{9,19}(\.\d+)?') then null
    when epoch_parts(x) between 631152000 and 7258118400 then 'seconds'
    when epoch_parts(x) between 631152000000 and 7258118400000 then 'milliseconds'
    when epoch_parts(x) between 631152000000000 and 7258118400000000 then 'microseconds'
    when epoch_parts(x) between 631152000000000000 and 7258118400000000000 then 'nanoseconds'
end;
create macro epoch_time(x) as case epoch_unit(x)
    when 'seconds' then make_timestamptz((epoch_parts(x) * 1000000)::bigint)
    when 'milliseconds' then make_timestamptz((epoch_parts(x) * 1000)::bigint)
    when 'microseconds' then make_timestamptz(epoch_parts(x)::bigint)
    when 'nanoseconds' then make_timestamptz((epoch_parts(x)::hugeint // 1000)::bigint)
end;
create macro day_of(x) as case
    when regexp_full_match(x, '\d{8}') then try_strptime(x, '%Y%m%d')::date
    when regexp_full_match(x, '\d{4}[-/.]\d{1,2}[-/.]\d{1,2}') then try_cast(replace(x, '.', '-') as date)
    when regexp_full_match(x, '\d{1,2}\.\d{1,2}\.\d{4}') then try_strptime(x, '%d.%m.%Y')::date
    else try_strptime(x, ['%d-%b-%Y', '%d %b %Y', '%b %d, %Y', '%d %B %Y', '%B %d, %Y'])::date
end;
create macro in_order(x, "order") as case
    when "order" = 'dmy' then try_strptime(x, '%d/%m/%Y')
    when "order" = 'mdy' then try_strptime(x, '%m/%d/%Y')
    when coalesce(try_strptime(x, '%d/%m/%Y') = try_strptime(x, '%m/%d/%Y'), true)
        then coalesce(try_strptime(x, '%d/%m/%Y'), try_strptime(x, '%m/%d/%Y'))
end;
create macro ordered_day(x) as regexp_extract(x, '^\d{1,2}([/-])\d{1,2}[/-]\d{4}(?:$|[ ,T])') <> '';
create macro dated(x, "order") as case
    when ordered_day(x) then concat(
        coalesce(strftime(in_order(replace(regexp_extract(x, '^[\d/-]+'), '-', '/'), "order"), '%Y-%m-%d'), x),
        regexp_replace(regexp_replace(x, '^[\d/-]+,?', ''), '^T', ' ')
    )
    else x
end;
-- the end of a day is the beginning of the next one
create macro ends_day(x) as regexp_matches(x, '[ Tt]24:00(:00([.,]0*)?)?([^\d.,:]|$)');
create macro begun_day(x) as case when ends_day(x) then regexp_replace(x, '([ Tt])24:00', '\100:00') else x end;
create macro time_reason(name, x, "order", source) as case
    when not ordered_day(x) then name || ' is not a time'
    when "order" = '?' then name || ' may have the day or the month first; say in sources.' || source || '.dates which (dmy or mdy)'
    else name || ' is not a time with the ' || if("order" = 'dmy', 'day', 'month') || ' first'
end;
create macro written_time(p) as
    try_cast(concat(p.day, ' ', p.minute, coalesce(nullif(replace(p.second, ',', '.'), ''), ':00'), upper(p.place)) as timestamptz);
create macro careful_time(x) as coalesce(
    epoch_time(x),
    written_time(regexp_extract(
        x,
        '^(\d{4}[-/]\d{1,2}[-/]\d{1,2})[Tt ]+(\d{1,2}:\d{2})(:\d{2}(?:[.,]\d+)?)?(?: ?([Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})(?: [A-Z]{3,5})?)?$',
        ['day', 'minute', 'second', 'place']
    )),
    try_strptime(x, ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])::timestamp at time zone current_setting('timezone'),
    try_strptime(x, ['%a, %d %b %Y %H:%M:%S GMT', '%a, %d %b %Y %H:%M:%S UTC'])::timestamp at time zone 'UTC',
    try_strptime(x, ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y, %H:%M:%S', '%d.%m.%Y, %H:%M'])::timestamp
        at time zone current_setting('timezone')
);
create macro instant_of(x, day_zone) as coalesce(
    case when length(x) > 18 then try_cast(x as timestamptz) end,
    case when length(x) <= 18 then day_of(x)::timestamp at time zone day_zone end,
    careful_time(x)
);
create macro parts_of(x) as regexp_extract(
    regexp_replace(translate(trim(x), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９٫٬', '012345678901234567890123456789.,'), '[\s\x{00a0}\x{2009}\x{202f}''’_](\d{3})', '\1', 'g'),
    '^(\(?)\s*([-+−–]?)\s*((?:US)?\$|\p{Sc}|[A-Z]{3})?\s*([-+−–]?)\s*([\d.,]*\d[\d.,]*)((?:[eE][-+]?\d{1,3})?)\s*(\p{Sc}|[A-Z]{3})?\s*(-?)\s*(\)?)$',
    ['opened', 'before', 'sign', 'within', 'digits', 'power', 'unit', 'after', 'closed']
);
create macro marked(digits, mark, power) as case
    when regexp_full_match(translate(digits, '.,', if(mark = ',', ',.', '.,')), '\d+\.?\d*|\.\d+')
        then translate(digits, '.,', if(mark = ',', ',.', '.,'))
    when power = ''
        and regexp_full_match(translate(digits, '.,', if(mark = ',', ',.', '.,')), '[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?')
        then replace(translate(digits, '.,', if(mark = ',', ',.', '.,')), ',', '')
end;
create macro pointed(digits, mark, power) as case
    when mark <> '?' then marked(digits, mark, power)
    when not regexp_matches(digits, '[.,]') or marked(digits, ',', power) is null then marked(digits, '.', power)
    when marked(digits, '.', power) is null then marked(digits, ',', power)
end;
create macro shown_mark(p) as case
    when not regexp_matches(p.digits, '[.,]') then null
    when marked(p.digits, ',', p.power) is null then case when marked(p.digits, '.', p.power) is not null then '.' end
    when marked(p.digits, '.', p.power) is null then ','
end;
create macro sign_of(p) as coalesce(nullif(p.sign, ''), nullif(p.unit, ''));
-- a long list is a value: `in` would become a join
create macro fits_sign(p, money) as coalesce(case sign_of(p)
    when '$' then list_contains(['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'TWD', 'MXN', 'ARS', 'CLP', 'COP'], money)
    when 'US$' then money = 'USD'
    when '€' then money = 'EUR'
    when '£' then money in ('GBP', 'EGP')
    when '¥' then money in ('JPY', 'CNY')
    when '₹' then money = 'INR'
    else sign_of(p) = money
end, true);
-- digits with a power of ten (like e-7) as digits with a point: numbers with as many digits have no room for both
create macro pointed_at(digits, place) as case
    when place <= 0 then concat('0.', repeat('0', least(-place, 60)), digits)
    when place >= length(digits) then concat(digits, repeat('0', least(place - length(digits), 60)))
    else concat(left(digits, place), '.', substr(digits, place + 1))
end;
create macro expanded(digits, power) as case
    when power = '' then digits
    else pointed_at(
        replace(digits, '.', ''), strpos(concat(digits, '.'), '.') - 1 + substr(power, 2)::integer
    )
end;
-- the number that `digits` with a point are, with the sign around them
create macro signed(p, digits) as case
    when digits is null or (p.opened = '') <> (p.closed = '') or length(p.before) + length(p.within) + length(p.after) > 1
        then null
    when p.opened <> '' or concat(p.before, p.within, p.after) in ('-', '−', '–')
        then -try_cast(expanded(digits, p.power) as decimal(38, 18))
    else try_cast(expanded(digits, p.power) as decimal(38, 18))
end;
-- a long list is a value: `in` would become a join
create macro no_value(x) as list_contains(['null', 'none', 'nan', 'n/a', 'na', '\n', 'nil'], lower(x));
create macro number_reason(name, what, x, p, mark, source) as case
    when mark = '?' and p.digits <> '' and regexp_matches(p.digits, '[.,]')
        then name || ' may have a decimal point or a decimal comma; say in sources.' || source || '.decimal which'
    when regexp_full_match(x, '[-–—]+|[\pL][\pL ./-]{0,29}')
        then name || ' is the word ' || x || '; say in sources.' || source || '.words what it is worth'
    when sign_of(p) is not null
        then name || ' names its currency (' || sign_of(p) || '); say in a column or in sources.' || source || '.currency which it is'
    when mark = ',' then name || ' is not ' || what || ' with a decimal comma'
    else name || ' is not ' || what
end;

-- name: marks_shown
-- One row per decimal mark that values of a column show without doubt, and one without a mark for those that could have
-- either; comma says whether the value has one.
select distinct shown_mark(p) as mark, contains(p.digits, ',') as comma
from (select parts_of(value) as p from incoming where value is not null)
where regexp_matches(p.digits, '[.,]')

-- name: orders_shown
-- One row per order of day and month that values of a column show without doubt.
select distinct case when first > 12 then 'dmy' else 'mdy' end as "order"
from (
    select
        regexp_extract(value, '^\s*(\d+)[/-]', 1)::integer as first,
        regexp_extract(value, '^\s*\d+[/-](\d+)[/-]', 1)::integer as second
    from incoming
    where ordered_day(trim(value))
)
where (first > 12) <> (second > 12)

-- name: units_shown
-- One row per unit of time in which a column of values counts.
select distinct epoch_unit(value) as unit
from incoming
where length(value) between 9 and 30 and not regexp_matches(value, '[-:/ ]') and epoch_unit(value) is not null

-- name: rows_read
-- One row per incoming row: its values in their types, what it is known by, why it cannot be kept.
create or replace temp table rows_read as
with texts as (
    select ordinal, "@line" as line, "@fault" as line_fault, {texts}
    from incoming
), taken_apart as (
    select *, {parts}
    from texts
), written as (
    select *, {written}
    from taken_apart
), counted as (
    select *, {numbers}
    from written
), typed as (
    select *, {values}
    from counted
)
select ordinal, line, {names}, case when line_fault is null then {known_by} end as known_by, coalesce({faults}, null) as fault
from typed

-- name: rows_to_know
-- One row per incoming row, all of whose values are read already: what it is known by.
create or replace temp table rows_read as select ordinal, {known_by} as known_by from incoming

-- name: rows_known
-- One row per incoming row, in order, known by its own id or key.
select * exclude (known_by), known_by as event_id from rows_read order by ordinal

-- name: rows_told_apart
-- One row per incoming row, in order, known by what it is about and by how many like it were seen before.
with alike as (
    select
        ordinal,
        md5_number_lower(known_by) as content_hash,
        row_number() over (partition by known_by order by ordinal) as nth
    from rows_read
    where known_by is not null
), before as (
    select content_hash, count(*) as times
    from seen
    where content_hash in (select content_hash from alike)
    group by content_hash
)
select r.* exclude (known_by), r.known_by || '-' || (a.nth + coalesce(b.times, 0)) as event_id
from rows_read r
left join alike a using (ordinal)
left join before b using (content_hash)
order by r.ordinal

-- name: seen_create
-- One row per row of the file seen so far, known by half of its content's hash.
create or replace temp table seen (content_hash ubigint not null)

-- name: seen_add
-- Adds one row per incoming row to those seen.
insert into seen select md5_number_lower(known_by) from rows_read where known_by is not null

-- name: finer_create
-- No row: what is known of the rows of a file with fewer columns, and of the rows of older files under the ids of both.
create macro kind_of(id) as regexp_replace(id, '-\d+$', '');
create or replace temp sequence finer_place;
create or replace temp table told (kind varchar not null, times bigint not null);
create or replace temp table held (kind varchar not null, theirs varchar not null, place bigint not null)

-- name: finer_told
-- Adds one row per kind of rows that are alike in the columns that the file has: how often it has them.
insert into told select kind_of(event_id), count(*) from incoming group by all

-- name: finer_held
-- Adds one row per row of an older file.
insert into held select kind_of(ours), theirs, nextval('finer_place') from incoming

-- name: finer_replaced
-- Takes away the rows of older files that a newer one tells by more columns.
delete from held where theirs in (select event_id from incoming)

-- name: finer_names
-- One row per row of the file that is a row of an older one: in their order, where the file has no fewer of the kind.
select kind || '-' || row_number() over (partition by kind order by place) as ours, theirs
from ({query:finer_rows})
where parts <= times

-- name: finer_summed
-- One row per row of an older file of which this one tells only sums.
select theirs as event_id from ({query:finer_rows}) where parts > times

-- name: finer_rows
-- One row per row of the older files whose kind the file has, with how many of them both have.
select kind, theirs, min(place) as place, any_value(times) as times, count(*) over (partition by kind) as parts
from held
join (select kind, sum(times) as times from told group by kind) using (kind)
group by kind, theirs
