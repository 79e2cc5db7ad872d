-- name: macros
-- no row: how delivered values are read; each gives null for what it cannot read. The size of an epoch tells its unit, since
-- instants of 1990 to 2200 lie far apart in seconds, milliseconds, microseconds and nanoseconds; the same moment is one in
-- whatever precision it was written
create or replace temp macro epoch_moment(n) as case
    when n between 631152000 and 7258118400 then make_timestamptz(n * 1000000)
    when n between 631152000000 and 7258118400000 then make_timestamptz(n * 1000)
    when n between 631152000000000 and 7258118400000000 then make_timestamptz(n)
    when n between 631152000000000000 and 7258118400000000000 then make_timestamptz(n // 1000)
end;
create or replace temp macro moment(x) as case
    -- of a coalesce both parts would be worked out, and a time written as text costs far more than the rest
    when try_cast(x as timestamptz) is null then epoch_moment(try_cast(x::varchar as bigint))
    else try_cast(x as timestamptz)
end;
-- of two rows, what was said later has the higher one, and what is delivered later where nobody says when
create or replace temp macro said_rank(delivered_at, ordinal) as
    -- a batch has far fewer than four million rows; a wider number would cost half as much memory again
    greatest(least(coalesce(epoch_ms(delivered_at), 0), 2305843009212), 0) * 4000000 + ordinal;
create or replace temp macro same_moment(x, y) as
    abs(epoch_us(x) - epoch_us(y)) < 1000000
    or (abs(epoch_us(x) - epoch_us(y)) < 60000000 and (second(x) = 0 or second(y) = 0));
create or replace temp macro whole(x) as
    case when try_cast(x as double) = floor(try_cast(x as double)) then try_cast(x as bigint) end;
create or replace temp macro time_fault(name, raw, parsed, latest) as case
    when parsed is null and raw is not null then name || ' is not a time'
    when parsed < timestamptz '2020-01-01 00:00:00+00' then name || ' is before 2020'
    when parsed > latest then name || ' is more than a day in the future'
end;
create or replace temp macro number_fault(name, raw, parsed, what) as case
    when parsed is null and raw is not null then name || ' is not ' || what
    when parsed < 0 then name || ' is negative'
end;
-- a count that cannot be costs its row no amount
create or replace temp macro count_fault(name, raw, parsed, amount) as
    case when parsed is null or amount is null then number_fault(name, raw, parsed, 'a whole number') end;
create or replace temp macro cached_impossible(input, cached, written) as
    least(cached, written, 0) < 0 or input < coalesce(cached, 0) + coalesce(written, 0);
create or replace temp macro part_impossible(whole_count, part) as least(part, 0) < 0 or part > coalesce(whole_count, 0);
create or replace temp macro years_fault(name, parsed) as case
    when parsed < timestamptz '1990-01-01 00:00:00+00' or parsed >= timestamptz '2201-01-01 00:00:00+00'
        then name || ' is not between 1990 and 2200'
end;
create or replace temp macro time_unread(name, raw) as case
    when raw is not null and moment(raw) is null then name || ' is not a time'
    else years_fault(name, moment(raw))
end;
create or replace temp macro number_unread(name, raw) as
    case when raw is not null and whole(raw) is null then name || ' is not a whole number' end;
-- an amount (above 0) as a whole number of its eighteenth decimal, in two parts since a decimal has no room for it
create or replace temp macro units_of(amount) as
    trunc(amount)::hugeint * 1000000000000000000 + ((amount - trunc(amount)) * 1000000000000000000)::hugeint;
create or replace temp macro multiplied(units, times, per) as
    (units // per) * times + ((units % per) * times + per // 2) // per;
create or replace temp macro converted(amount, times, per) as case
    when times = per or amount = 0 then amount
    -- what is too large to be multiplied has no cost
    else try(
        (sign(amount) * multiplied(units_of(abs(amount)), times, per))::decimal(38, 0)
        * 0.000000000000000001::decimal(38, 18)
    )
end;
-- where an amount is from: a run of pricing beats what was delivered, since it is asked for
create or replace temp macro nothing_used(status, input, output, images, seconds) as
    coalesce(status in ('failed', 'blocked'), false) and coalesce(input, 0) = 0 and coalesce(output, 0) = 0
    and coalesce(images, 0) = 0 and coalesce(seconds, 0) = 0;
-- a call that failed or was blocked before anything was used has no amount and needs no price
create or replace temp macro provenance_of(amount, route, price_run, unused) as case
    when price_run is not null then 'priced'
    when amount is null and unused then 'unused'
    when amount is null then 'unpriced'
    when coalesce(route, 'remote') = 'local' then 'estimated'
    else 'reported'
end;
-- the part of an amount that lies between two moments of its time, so that all parts add up to it
create or replace temp macro share_of(amount, began, ended, whole) as case
    when began = 0 and ended = whole then amount
    else converted(amount, ended, whole) - converted(amount, began, whole)
end;
create or replace temp macro flag_unread(name, raw) as
    case when raw is not null and try_cast(raw as boolean) is null then name || ' is neither true nor false' end;

-- name: rejected
-- one row: how many rows of the batch cannot be kept
select count(*) from parsed where reason is not null

-- name: rejects_drop
-- one row per delivered row that cannot be kept
delete from parsed where reason is not null

-- name: repeated
-- one row: how many rows of the batch repeat an event that the batch already has
select count(*) - count(distinct event_key) from parsed

-- name: latest_only
-- one row of the batch that a later row with the same key replaces
delete from parsed where ordinal not in (select max(ordinal) from parsed group by {keys})

-- name: matched
-- one row: how many stored events, of any source, the batch delivers again
select count(*) from matched

-- name: read_whole
-- one row: how many events of the batch can be kept
select count(*) from parsed

-- name: written
-- one row: events of the batch that are new and those that differ from what is stored
select
    count(*) filter (where target is null) as new,
    count(*) filter (where target is not null) as changed
from merged

-- name: foreign
-- one row: how many events of the batch another source has delivered before
select count(*)
from parsed p
semi join (from matched where source <> $source) other 
    on other.event_key = p.event_key and same_moment(other.occurred_at, p.occurred_at)
anti join (from matched where source = $source) own on own.event_key = p.event_key

-- name: incoming_merged
-- one row per event to be written, after comparing with what is stored
create or replace temp view incoming as from merged

-- name: incoming_complete
-- one row per event to be written, when there is nothing to compare with
create or replace temp view incoming as from complete

-- name: merged
-- one row: how many events are to be written, after comparing with what is stored
select count(*) from merged
