-- name: prices_now
-- one row is what one token of a kind costs of a model at an instant, on some minutes of the day: of calls with little input and
-- no service tier
select provider, model, kind, price, until_minute - from_minute as minutes, currency, origin
from price_stretches
where from_at <= $now::timestamptz
  and until_at > $now::timestamptz
  and service_tier is null
  and over_tokens < 0
  and kind in ('input', 'cached', 'cache_write', 'output')
order by provider, model, kind, from_minute

-- name: rates_now
-- one row is what one unit of a currency is worth in the workspace's on a day: the newest rate, told for the pair itself or for
-- the opposite one
select currency, arg_max(times, (valid_from, not opposite)) as times, arg_max(per, (valid_from, not opposite)) as per
from (
    select currency, valid_from, rate as times, 1::decimal(24, 12) as per, false as opposite
    from exchange_rates
    where into_currency = $currency and valid_from <= $day
    union all
    select into_currency, valid_from, 1, rate, true
    from exchange_rates
    where currency = $currency and valid_from <= $day
)
group by currency
