-- name: two_agents
-- one row is one of two agents that there are
select slug from known_agents order by slug limit 2
