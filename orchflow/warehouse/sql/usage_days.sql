-- one row per usage event whose day is another one in the workspace's zone
update usage_events
set day = (occurred_at at time zone $zone)::date
where day <> (occurred_at at time zone $zone)::date
