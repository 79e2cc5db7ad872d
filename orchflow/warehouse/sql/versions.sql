-- one row per topic: how often it was committed
select topic, version from data_version
