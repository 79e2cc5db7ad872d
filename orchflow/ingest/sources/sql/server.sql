-- One row: the server's clock, database, role and version.
select
    clock_timestamp() as clock,
    current_database()::text as database,
    current_user::text as role,
    current_setting('server_version') as version
