-- amounts keep eighteen decimals, as bills of clouds have them
alter table usage_events alter column amount set data type decimal(38, 18);

alter table usage_events alter column cost set data type decimal(38, 18);

alter table usage_daily alter column amount set data type decimal(38, 18);

alter table usage_daily alter column cost set data type decimal(38, 18);

alter table usage_daily alter column unconverted_amount set data type decimal(38, 18);

alter table removed_events alter column amount set data type decimal(38, 18);

alter table removed_events alter column cost set data type decimal(38, 18);
