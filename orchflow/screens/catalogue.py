"""The screens there are. Navigation, links between screens, and the tests of access and drawing are made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchflow.paths import app_root
from orchflow.people.permissions import Permission


@dataclass(frozen=True)
class Screen:
    """One entry of the navigation; `permission` None is for everyone signed in.

    `name` is its address. Its script is `pages/<section>/<name>.py`, what it draws `orchflow/screens/<section>/<name>.py`.
    `help` says what it is for, `reads` how to read it. `least` is how many elements of a kind it draws at least on a workspace with data; the tests hold it to that.
    `filled_by` is the step (flow and key) by which there comes to be something on it.
    A `wide` one takes the whole window, for what is laid out sideways; others stay at a width that reads well.
    One that is not `listed` is reached by links alone.
    """

    section: str
    name: str
    title: str
    icon: str
    permission: Permission | None
    help: str
    reads: str
    least: Mapping[str, int]
    wide: bool = False
    listed: bool = True
    filled_by: tuple[int, str] | None = None

    @property
    def url(self) -> str:
        """Its address below the server's; Home is the server's own."""
        return self.name if self.section else ""

    @property
    def page(self) -> str:
        """The page's script, as links and the navigation take it."""
        return str(app_root() / "pages" / (self.section or "home").lower() / f"{self.name}.py")


SCREENS = (
    Screen("", "home", "Home", "home", Permission.INSIGHTS_VIEW,
           "Where we stand, what changed, and what to do next.",
           "The strip tells the month against the same part of the last; what is red is worse than its target. "
           "Do next is ranked: broken before late before to do.", {"html": 1, "plotly_chart": 1}, filled_by=(1, "initial-configuration")),
    Screen("Journey", "flows", "Flows", "route", Permission.PLAN_VIEW,
           "The journey from Day 1 to production: each flow with its window, how far it is, what holds it; and how flows were completed.",
           "A bar is a flow in its days, filled as far as it is done; the rule is today. What is hatched behind it is by how much it is late.",
           {"bidi_component": 2}),
    Screen("Journey", "flow", "Flow", "route", Permission.PLAN_VIEW,
           "One flow, step by step: what each step is for, its guide, and its checklist.",
           "Begin with the step that is open. "
           "An item is ticked with what shows that it is done; one with a self-check ticks itself.",
           {"bidi_component": 1}, wide=True, listed=False),
    Screen("Journey", "my_checklist", "My checklist", "checklist", Permission.PLAN_VIEW,
           "What is yours to do in the flows: given to you, or meant for your job role.",
           "Overdue first, then by day; what waits for other steps stands at the end. "
           "A tap on the box ticks; where something has to be shown, it asks for it.", {"markdown": 2}),
    Screen("Journey", "checks", "Checks", "rule", Permission.PLAN_VIEW,
           "Questions that the workspace answers from its own data, and the level that each flow has reached by them.",
           "Red has to be mended: open it for what is missing, how, and where. A check that is exempt need not pass until its day; "
           "one that could not be evaluated keeps its last result.", {"bidi_component": 2, "selectbox": 3}, filled_by=(6, "maintenance")),
    Screen("Journey", "library", "Library", "local_library", None,
           "The guides: by flow, role, topic and what companies ask; templates to fill in.",
           "Begin with the flow that you are in. "
           "Each page ends with how you know that it worked and what goes wrong.", {"bidi_component": 1}),
    Screen("Plan", "plan", "Plan", "account_tree", Permission.PLAN_VIEW,
           "Efforts, projects, goals and tasks: plan them, edit them in place, import and export.",
           "A cell is changed in place and stored with Save. "
           "Tick rows for what is done with several at once; open a row for its comments, links and history.", {"dataframe": 1}, wide=True, filled_by=(2, "communication-setup")),
    Screen("Plan", "board", "Board", "view_kanban", Permission.PLAN_VIEW,
           "What is being worked on: cards by status, sprint, person or project.",
           "A card is moved by dragging, or by its menu. "
           "A column over its limit is marked: finish before you begin.", {"selectbox": 1, "bidi_component": 1}, wide=True, filled_by=(2, "communication-setup")),
    Screen("Plan", "sprints", "Sprints", "event_repeat", Permission.PLAN_VIEW,
           "Plan, run and close sprints; burndown, burnup, velocity and predictability.",
           "The line below the ideal one is ahead of plan. "
           "What is not finished at the close goes back to the backlog or into the next sprint.", {"plotly_chart": 2, "dataframe": 1}, filled_by=(2, "team-creation")),
    Screen("Plan", "flow_metrics", "Flow metrics", "stacked_line_chart", Permission.PLAN_VIEW,
           "How work flows: cumulative flow, cycle time, throughput, ageing work, and forecasts.",
           "A band that grows wider is work that waits. "
           "The forecast says the day by which all is done with 50, 85 and 95 %.", {"plotly_chart": 4}, filled_by=(2, "communication-setup")),
    Screen("Plan", "timeline", "Timeline", "view_timeline", Permission.PLAN_VIEW,
           "Efforts, projects, tasks and milestones over time, with dependencies, critical path and baseline.",
           "A bar is from start to due day; the rule is today. The critical path is what moves the end when it moves.",
           {"html": 1, "bidi_component": 1}, wide=True, filled_by=(2, "team-creation")),
    Screen("Insights", "cost", "Cost", "payments", Permission.INSIGHTS_VIEW,
           "What language models cost: by day, provider, model, agent, organisation and person.",
           "Every division adds up to the total; what belongs to no agent is a line of its own. A running month is compared with the same days of the last.",
           {"html": 1, "plotly_chart": 2, "dataframe": 1}, filled_by=(1, "initial-configuration")),
    Screen("Insights", "agents", "Agents", "smart_toy", Permission.INSIGHTS_VIEW,
           "Every agent: its status now, runs, errors, times, cost and users.",
           "Those that want attention stand first, with the reason. Nothing is judged below the least number of runs.",
           {"html": 1, "plotly_chart": 1, "dataframe": 1}, filled_by=(1, "initial-configuration")),
    Screen("Insights", "scalability", "Scalability", "moving", Permission.INSIGHTS_VIEW,
           "Whether use can grow: cost, times and errors against runs, week by week, and how far the limits are.",
           "Elasticity below 1: cost grows more slowly than use. Weeks to capacity need a target of runs a day, weeks to the budget a budget.",
           {"html": 1, "plotly_chart": 3, "dataframe": 1}),
    Screen("Insights", "ledger", "Ledger", "account_balance", Permission.INSIGHTS_VIEW,
           "What efforts, their projects, goals and tasks, and teams cost: every amount once, and what belongs to nobody.",
           "Efforts, teams and nobody add up to the total. Select an effort to see what stands under it, and by when it is done at what cost.",
           {"html": 1, "dataframe": 1}, wide=True, filled_by=(2, "communication-setup")),
    Screen("Insights", "adoption", "Adoption", "diversity_3", Permission.INSIGHTS_VIEW,
           "Who uses the seats, who stays, by team and job role; trainings, skills, idle seats and champions.",
           "A day is no habit: look at 28 days, and at the weeks after the first. Groups of few people are told together.",
           {"html": 2, "plotly_chart": 3, "dataframe": 1}, filled_by=(2, "role-definition")),
    Screen("Insights", "risk", "Risk", "gpp_maybe", Permission.INSIGHTS_VIEW,
           "What could go wrong, how bad it is now, what is done about it, which reviews are late, and what happened.",
           "A ring is a risk before controls, its number where it is now; red has been raised by the data. Register, Reviews and Incidents are edited in place.",
           {"html": 1, "plotly_chart": 2, "dataframe": 4}, filled_by=(3, "agent-selection")),
    Screen("Insights", "figure", "Figure", "query_stats", None,
           "What is behind a figure: how it is counted, its rows, its sources, its target, and where else it is.",
           "Open a figure where it stands, then the way to its rows.", {"markdown": 1}, listed=False),
    Screen("Insights", "alerts", "Alerts", "notifications", Permission.INSIGHTS_VIEW,
           "Rules over figures: which fired and wants an answer, which did not, and why.",
           "Red has fired: say why, or what you do about it. A bar is the value, its mark the limit. "
           "No data neither fires nor resets.", {"markdown": 2}),
    Screen("Team", "people", "People", "group", Permission.PEOPLE_VIEW,
           "Who works here, in which teams and with which role.",
           "The role decides what somebody may do here; the job role what the journey expects of "
           "them.", {"dataframe": 1, "button": 1}, filled_by=(2, "team-creation")),
    Screen("Team", "surveys", "Surveys", "how_to_vote", Permission.INSIGHTS_VIEW,
           "Asking people: who is ready and what holds them back, where saved time went, how satisfied they are.",
           "A survey is told once, when it has ended, of groups in which five or more answered. The barrier is the first of the five "
           "that most people answered low: begin there.", {"html": 1}),
    Screen("Team", "survey", "Survey", "how_to_vote", None,
           "A survey to answer: a minute, on a phone as well.",
           "Answers are added to sums and cannot be found again, by nobody.", {}, listed=False),
    Screen("Team", "account", "My account", "account_circle", None,
           "Your profile, your password, your tokens and what your role permits.",
           "A token is shown once, when it is made. "
           "Its last use tells whether it is still needed.", {"text_input": 4, "button": 3}),
    Screen("Data", "sources", "Sources", "database", Permission.SOURCES_VIEW,
           "Where the data comes from: state, runs, rejected rows and quality.",
           "Green is loaded in time. Rejected rows are kept with their reason and can be tried again.", {"dataframe": 1}, filled_by=(1, "initial-configuration")),
    Screen("Data", "datasets", "Datasets", "table_view", Permission.EXPORT,
           "Everything that can be taken away: as a file, by the API, or as a database for SQL of one's own.",
           "Filter first, then take away: the same rows come as a file, by the API and in the snapshot for SQL.",
           {"dataframe": 1, "radio": 1, "download_button": 3}, filled_by=(1, "initial-configuration")),
    Screen("Data", "prices", "Prices", "sell", Permission.INSIGHTS_VIEW,
           "What models cost for every kind of use, since when; and usage that is priced by it.",
           "Own prices beat the shipped ones, kind by kind. A run of pricing is looked at first, and can be taken back.", {"dataframe": 1}),
    Screen("Data", "cost_inputs", "Costs", "receipt_long", Permission.INSIGHTS_VIEW,
           "What no source delivers: hourly rates, licences and other costs, budgets, whose a cost is, events, targets, measures.",
           "Write or paste in any row, or import a file. Every row is taken back with Undo; the past keeps what held then.", {"dataframe": 1}),
    Screen("Data", "enablement_inputs", "Enablement", "school", Permission.INSIGHTS_VIEW,
           "What no source delivers: trainings and who did them, skills needed and found, seats that are paid for, champions.",
           "Write or paste in any row, or import a file. What is of single people is seen by them and by those who may see their figures.", {"dataframe": 1}),
    Screen("Data", "value_inputs", "Value", "savings", Permission.INSIGHTS_VIEW,
           "What agents are to bring and do bring: use cases, baselines, benefits with their evidence, assumptions.",
           "Write or paste in any row, or import a file. A benefit counts once it is measured, or verified by somebody else than its owner.",
           {"dataframe": 1}),
    Screen("Data", "exchange_rates", "Exchange rates", "currency_exchange", Permission.INSIGHTS_VIEW,
           "What other currencies are worth in the workspace's, from a day on, and which amounts lack a rate.",
           "A rate holds from its day on until the next one. Amounts that lack a rate are in no sum.", {"dataframe": 1}),
    Screen("Data", "definitions", "Definitions", "menu_book", Permission.INSIGHTS_VIEW,
           "Every figure: its present value, what it is, how it is computed, its target and where it is shown.",
           "Open a figure for its formula, its query and the screens that show it.", {"html": 1}),
)  # fmt: skip
BY_NAME = {screen.name: screen for screen in SCREENS}
BY_URL = {screen.url: screen for screen in SCREENS}


def permission(name: str) -> Permission | None:
    """What a person needs to open that screen."""
    return BY_NAME[name].permission


def link(name: str) -> str:
    """That screen, as `st.page_link` takes it."""
    return BY_NAME[name].page
