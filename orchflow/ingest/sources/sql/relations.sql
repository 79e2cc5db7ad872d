-- One row per table that the signed-in role can see named like one of Orchestrator AI's, with what the role may do with it.
select
    n.nspname::text as schema,
    c.relname::text as name,
    has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as readable,
    row_security_active(c.oid) as filtered,
    greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))::bigint as estimate
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where
    c.relkind in ('r', 'p', 'v', 'm', 'f')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and (n.nspname in ('public', 'authz', 'orch_flow') or c.relname in ('llm_usage', 'observability_events'))
order by n.nspname, c.relname
