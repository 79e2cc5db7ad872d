-- name: unpriced_usage
-- one row per call without an amount, of six models that have prices, over half a year
insert into usage_events by name
select
    md5_number('bench-' || i) as event_key,
    'bench' as source,
    'bench-' || i as event_id,
    timestamptz '2026-01-01 00:00:00+00' + interval (i * 15552000 // $rows) second as occurred_at,
    timestamptz '2026-01-01 00:00:00+00' + interval (i * 15552000 // $rows) second as recorded_at,
    date '2026-01-01' + (i * 180 // $rows)::integer as day,
    'caller-' || i % 200 as caller,
    'user-' || i % 500 as user_id,
    ['openai', 'openai', 'anthropic', 'google', 'xai', 'deepseek'][i % 6 + 1] as provider,
    ['gpt-5', 'gpt-5-mini', 'claude-haiku-4-5-20251001', 'gemini-2.5-pro', 'grok-3', 'deepseek-chat'][i % 6 + 1] as model,
    'remote' as route,
    'completed' as status,
    1 as calls,
    (i * 7919) % 260000 as input_tokens,
    ((i * 7919) % 260000) // 3 as cached_input_tokens,
    (i * 104729) % 4000 as output_tokens,
    'unpriced' as provenance
from range($rows) t(i)
