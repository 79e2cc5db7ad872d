-- one row: the name under which the open file is known
select current_database()
