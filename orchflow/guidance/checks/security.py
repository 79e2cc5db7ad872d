"""Checks of who gets in, and of what is kept safe."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa

from orchflow.backups.restored import last_restored
from orchflow.backups.scheduled import LATE, backup_state
from orchflow.dispatch import standings
from orchflow.doctor import examine
from orchflow.format import moment, quantity
from orchflow.guidance.checks.check import (
    Check,
    Mend,
    Outcome,
    all_of,
    failed,
    named,
    not_applicable,
    passed,
    share_of,
)
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.guidance.checks.shared_accounts import looks_shared
from orchflow.people.permissions import Permission, Role
from orchflow.people.tables import Identity, User
from orchflow.people.token_tables import ApiToken
from orchflow.store.tables import Change

RESTORED_DAYS, SIGNED_ON_DAYS, ONE_TIME_DAYS, UNUSED_DAYS = 90, 30, 7, 90
SIGN_ON_SHARE = 0.8
FEWEST, MOST = 2, 5
NOBODY = "Nobody has an account"
PEOPLE = frozenset({"user_account"})

account = partial(Check, sees=Permission.PEOPLE_VIEW)
installation = partial(Check, sees=Permission.SOURCES_VIEW)


def _backup_made(facts: CheckFacts) -> Outcome:
    last = backup_state(facts.ws).last
    if last is None:
        return failed("No backup was made yet")
    words = f"The newest backup is of {moment(last.made_at, facts.ws.zone)}"
    return passed(words) if last.made_at >= facts.before(1) - LATE else failed(words)


def _backup_restored(facts: CheckFacts) -> Outcome:
    last = last_restored(facts.ws)
    if last is None:
        return failed("No backup of this workspace was restored yet, neither here nor elsewhere")
    words = f"A backup was restored on {moment(last, facts.ws.zone)}"
    return (
        passed(words)
        if last >= facts.before(RESTORED_DAYS)
        else failed(f"{words}; {RESTORED_DAYS} days are over")
    )


def _single_sign_on(facts: CheckFacts) -> Outcome:
    oidc = facts.ws.settings.oidc
    return (
        failed("People sign in by password only")
        if oidc is None
        else passed(f"People may {oidc.label[:1].lower()}{oidc.label[1:]}")
    )


def _sign_on_used(facts: CheckFacts) -> Outcome:
    if facts.ws.settings.oidc is None:
        return not_applicable("Single sign-on is off")
    lately = sa.select(Identity.user_id).where(Identity.last_sign_in_at >= facts.before(SIGNED_ON_DAYS))
    came = {row.user_id for row in facts.stored(lately)}
    missing = [person.display_name for person in facts.people if person.id not in came]
    return share_of(
        len(facts.people),
        missing,
        "account",
        f"used through the provider in {SIGNED_ON_DAYS} days",
        NOBODY,
        least=SIGN_ON_SHARE,
    )


def _administrators(facts: CheckFacts) -> Outcome:
    admins = [person.display_name for person in facts.people if person.role is Role.ADMIN]
    words = f"{quantity(len(admins), 'active administrator')}; {FEWEST} to {MOST} are asked for"
    if FEWEST <= len(admins) <= MOST:
        return passed(words, len(admins))
    return failed(words, admins if len(admins) > MOST else (), len(admins))


def _no_shared_account(facts: CheckFacts) -> Outcome:
    shared = [person.username for person in facts.people if looks_shared(person.username, person.email)]
    return all_of(len(facts.people), shared, "active account", "named after a person", NOBODY)


def _passwords_own(facts: CheckFacts) -> Outcome:
    waiting = {person.id: person for person in facts.people if person.must_change_password}
    if not waiting:
        return passed("Nobody has a one-time password")
    set_at = sa.select(Change.entity_id, sa.func.max(Change.occurred_at)).where(
        Change.entity == "user_account", Change.field == "password_hash", Change.entity_id.in_(waiting)
    )
    since = {row[0]: row[1] for row in facts.stored(set_at.group_by(Change.entity_id))}
    limit = facts.before(ONE_TIME_DAYS)
    old = [
        person.display_name for person in waiting.values() if since.get(person.id, person.created_at) < limit
    ]
    if old:
        return failed(
            f"Over {ONE_TIME_DAYS} days old: the one-time passwords of {', '.join(old)}", old, len(old), 0
        )
    return passed(f"{quantity(len(waiting), 'one-time password')}, none over {ONE_TIME_DAYS} days old", 0, 0)


def _tokens_bounded(facts: CheckFacts) -> Outcome:
    unused = facts.before(UNUSED_DAYS)
    usable = (
        sa.select(
            User.username, ApiToken.prefix, ApiToken.expires_at, ApiToken.last_used_at, ApiToken.created_at
        )
        .join(User, User.id == ApiToken.user_id)
        .where(User.active.is_(True), ApiToken.revoked_at.is_(None))
        .where(sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > facts.now))
    )
    tokens = facts.stored(usable.order_by(ApiToken.id))
    missing = [
        f"{token.prefix}… of {token.username} ({'never ends' if token.expires_at is None else 'unused'})"
        for token in tokens
        if token.expires_at is None or (token.last_used_at or token.created_at) < unused
    ]
    good = f"with an end and a use in {UNUSED_DAYS} days"
    return all_of(len(tokens), missing, "access token", good, "There is no access token")


def _folder_closed(facts: CheckFacts) -> Outcome:
    findings = [check for check in examine(facts.ws) if check["name"] in ("privacy", "owner")]
    bad = [check["message"] for check in findings if check["ok"] is False]
    return (
        failed("; ".join(bad), bad) if bad else passed("Only the server's own user can read the data folder")
    )


def _server_healthy(facts: CheckFacts) -> Outcome:
    # What waits to be delivered is no fault while this very check is a part of the delivery.
    checks = [check for check in examine(facts.ws) if check["name"] != "events"]
    bad = [check["name"] for check in checks if check["ok"] is False]
    bad += [f"events of {each.subscriber}" for each in standings(facts.ws.store) if each.error]
    if bad:
        return failed(f"orchflow doctor finds wrong: {named(bad)}", bad)
    return passed("orchflow doctor finds nothing wrong")


CHECKS = (
    installation(
        key="backup-made", question="Was a backup made within the last day?",
        flow=1, step="hardware-setup", level=1, evaluate=_backup_made,
        mend=Mend("Set backups.schedule in orchflow.yaml, or make one now with orchflow backup.", "sources"),
    ),
    installation(
        key="backup-restored", question="Was a backup restored within 90 days?",
        flow=4, step="scaling-preparation", level=2, evaluate=_backup_restored,
        mend=Mend(
            "Restore the newest backup into an empty place: another ORCHFLOW_HOME and, where that is set, another "
            "ORCHFLOW_DATABASE_URL, then orchflow restore DIR."
        ),
    ),
    installation(
        key="folder-closed", question="Can only the server's own user read the data folder?",
        flow=1, step="hardware-setup", level=1, evaluate=_folder_closed,
        mend=Mend("Run the command that orchflow doctor prints for privacy and owner."),
    ),
    installation(
        key="server-healthy", question="Does orchflow doctor find nothing wrong?",
        flow=6, step="maintenance", level=1, evaluate=_server_healthy,
        mend=Mend("Run orchflow doctor on the server; each finding says what to do."),
    ),
    account(
        key="single-sign-on", question="Is single sign-on on?",
        flow=1, step="authentication-setup", level=1, evaluate=_single_sign_on,
        mend=Mend("Set oidc.* in orchflow.yaml to your identity provider, and restart the server."),
    ),
    account(
        key="sign-on-used",
        question="Did at least 80 % of active people sign in through the identity provider in 30 days?",
        flow=1, step="authentication-setup", level=2, unit="percent", evaluate=_sign_on_used, follows=PEOPLE,
        mend=Mend("Ask those who are missing to sign in through the provider; disable whom nobody knows.", "people"),
    ),
    account(
        key="administrators", question="Are there at least two and at most five active administrators?",
        flow=1, step="authentication-setup", level=1, evaluate=_administrators, follows=PEOPLE,
        mend=Mend("Give one more person the role admin, or take it from those who do not need it.", "people"),
    ),
    account(
        key="no-shared-account",
        question="Does no active account look shared (info@, team@, test, admin used by several)?",
        flow=4, step="production-hardening", level=1, evaluate=_no_shared_account, follows=PEOPLE,
        mend=Mend("Give each person an account of their own and disable the shared one; admin needs a person's address.", "people"),
    ),
    account(
        key="passwords-own", question="Does nobody keep a one-time password for more than 7 days?",
        flow=1, step="authentication-setup", level=2, evaluate=_passwords_own, follows=PEOPLE,
        mend=Mend("Ask them to sign in and set a password of their own, or disable the account.", "people"),
    ),
    account(
        key="tokens-bounded", question="Does every access token expire, and was each used within 90 days?",
        flow=4, step="production-hardening", level=2, may_lack=True, evaluate=_tokens_bounded, follows=PEOPLE | {"api_token"},
        mend=Mend("Revoke the token, or replace it by one with a last day: orchflow token create --days 90.", "account"),
    ),
)  # fmt: skip
