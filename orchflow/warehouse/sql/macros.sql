-- no row: how delivered values are read; each gives null for what it cannot read
create or replace temp macro moment(x) as coalesce(
    try_cast(x as timestamptz),
    case when try_cast(x::varchar as bigint) between 0 and 32503680000000
        then epoch_ms(try_cast(x::varchar as bigint)) at time zone 'UTC' end
);
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
create or replace temp macro time_unread(name, raw) as
    case when raw is not null and moment(raw) is null then name || ' is not a time' end;
create or replace temp macro number_unread(name, raw) as
    case when raw is not null and whole(raw) is null then name || ' is not a whole number' end;
create or replace temp macro flag_unread(name, raw) as
    case when raw is not null and try_cast(raw as boolean) is null then name || ' is neither true nor false' end;
