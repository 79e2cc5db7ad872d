-- One row: a setting of this connection after it was set; streams cannot bind parameters, but can read settings.
select set_config($1, $2, false) as value
