-- of how many hours a line of hours is; where it has no amount no hourly rate holds on its day
alter table expenses_daily add column hours decimal(12, 2);

update expenses_daily
set hours = h.hours
from hours_daily h
where
    expenses_daily.origin = 'hours'
    and h.day = expenses_daily.day
    and h.task_id = expenses_daily.task_id
    and h.person_id is not distinct from expenses_daily.person_id
