-- name: server
-- One row: the server's clock, database, role and version.
select
    clock_timestamp() as clock,
    current_database()::text as database,
    current_user::text as role,
    current_setting('server_version') as version

-- name: relations
-- One row per table that the signed-in role can see named like one of Orchestrator AI's, with what the role may do with it.
select
    n.nspname::text as schema,
    c.relname::text as name,
    has_schema_privilege(n.oid, 'usage')
        and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select')) as readable,
    array(
        select a.attname::text
        from pg_catalog.pg_attribute as a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        order by a.attnum
    ) as columns,
    array(
        select a.attname::text
        from pg_catalog.pg_attribute as a
        where
            a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and not has_column_privilege(c.oid, a.attnum, 'select')
    ) as withheld,
    row_security_active(c.oid) as filtered,
    greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))::bigint as estimate
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and (n.nspname in ('public', 'authz', 'orch_flow') or c.relname in ('llm_usage', 'observability_events'))
order by n.nspname, c.relname

-- name: visible
-- One row: whether the signed-in role sees any row of {relation}.
select exists (select 1 from {relation}) as visible

-- name: set
-- One row: a setting of this connection after it was set; streams cannot bind parameters, but can read settings.
select set_config($1, $2, false) as value
