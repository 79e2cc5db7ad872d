"""What each figure is, in the words that the screens, the exports' readers and the API show."""

from __future__ import annotations

COST = (
    "What the calls to language models of the period cost: the amounts the platform reported, and estimates for local "
    "models. Calls without a price are left out and counted as unpriced."
)
COST_PER_RUN = (
    "Cost of the period divided by the runs that agents began in it. Cost that belongs to no agent is in it, and so "
    "are failed runs."
)
TOKENS = "Tokens read and written by the models in all calls of the period."
UNATTRIBUTED = (
    "Cost of calls whose caller matches no agent of the platform: neither the agent's name, nor one with a known "
    "ending, nor what stands before the first colon."
)
UNPRICED = "Calls for which neither the platform nor an estimate gives an amount. They are in no sum of cost."
PROVENANCE = {
    "reported": "the platform gave the amount",
    "priced": "worked out with the price book",
    "estimated": "an estimate for a local model",
    "unpriced": "no amount is known",
}
ERROR_RATE = "Failed runs divided by all runs that ended, completed or failed."
LATENCY = "How long completed runs took: half were done within P50, 95 of 100 within P95."
RUNS = "Runs that agents began in the period."
WAITING = "Runs in which the agent waits for a person to answer or approve."
ACTIVE_AGENTS = (
    "Agents with at least one run in the last 14 days that the platform has not switched off (drafts, disabled and "
    "archived ones are not counted). Only its database tells: of agents known by the API alone, runs decide."
)
FIRST_AGENT = "Days from Day 1 to the day of the first completed run of any agent by a person; the service user does not count."
PRODUCTION = (
    "Days from Day 1 to the first day on which some agent is in production: in that day and the six before it at least "
    "{runs} completed runs by at least {users} people, with an error rate under {rate:g} %. Drafts do not count. The "
    "platform keeps no history of an agent's status, so one that was switched off since still counts."
)
ADOPTION = (
    "People with at least one run in the last 28 days, divided by seats: active users of the platform who hold a role "
    "that may run agents. The service user is not counted."
)
HEALTH = {
    "healthy": "runs, within its targets",
    "degraded": "error rate of the last 7 days over target, or P95 over twice its median of 4 weeks",
    "failing": "its last 3 runs failed",
    "idle": "no run in 14 days",
    "disabled": "switched off in the platform",
    "draft": "not yet released in the platform",
    "archived": "retired in the platform, or gone from it",
}
