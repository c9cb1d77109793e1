"""`strangler user`: who may use the dashboard. There is no default user and no default password."""

import sys
from typing import Any

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.render import table, terminal_width
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.control.role import Role
from strangler_proxy.errors import WrongUsage

ACTIONS = ("add", "list", "remove", "role", "password", "token")
ROLES = tuple(role.value for role in Role)


@verb(
    "user",
    examples=(
        Example("strangler user add ada --role admin", "asks for the password twice"),
        Example("strangler user add ci --role viewer --password-stdin", "the password comes on standard input"),
        Example("strangler user list", "who there is"),
        Example("strangler user role ada operator", "another role"),
        Example("strangler user token ci", "prints a new token for a program, once; an earlier one ends"),
        Example("strangler user token ci --expires-days 90", "one that ends by itself"),
        Example("strangler user token ci --revoke", "ends it without a new one"),
        Example("strangler user remove ada", "ends ada's sessions too"),
    ),
    hint="The actions are add, list, remove, role, password and token.",
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("name", required=False)
@click.argument("new_role", required=False, type=click.Choice(ROLES), metavar="[ROLE]")
@click.option("--role", type=click.Choice(ROLES), help="Of a new user.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--revoke", is_flag=True, help="With token: end it, and make none.")
@click.option(
    "--expires-days",
    type=click.IntRange(1, 3650),
    metavar="DAYS",
    help="With token: days after which it ends by itself, 1 to 3650. Left out: never.",
)
def user(
    session: Session,
    action: str,
    name: str | None,
    new_role: str | None,
    role: str | None,
    password_stdin: bool,
    revoke: bool,
    expires_days: int | None,
) -> int:
    """Say who may use the dashboard, and what they may do.

    A viewer sees every page; an operator also changes stages as far as the gates let routes pass, and writes ignores;
    an admin also goes past gates. Passwords and tokens are kept as hashes alone.
    A token lets a program do what the user may, at the pages' .json addresses.
    """
    if action != "list" and not name:
        raise WrongUsage("it is not said which user.", remedy=f"strangler user {action} NAME")
    if action == "add" and role is None:
        raise WrongUsage("a new user needs a role.", remedy=f"strangler user add {name} --role viewer")
    if action == "role" and new_role is None:
        raise WrongUsage("it is not said which role.", remedy=f"strangler user role {name} operator")
    if revoke and action != "token":
        raise WrongUsage("--revoke is of tokens.", remedy=f"strangler user token {name} --revoke")
    if expires_days is not None and (action != "token" or revoke):
        raise WrongUsage(
            "--expires-days is of new tokens.", remedy=f"strangler user token {name} --expires-days {expires_days}"
        )
    open_store(session)
    from strangler_proxy.control import users

    if action == "list":
        found = users.user_list()
        session.answer([one.document for one in found], lambda: _table([one.document for one in found]))
        return 0
    assert name is not None
    if action == "token":
        return _token(session, name, revoke, expires_days)
    if action in ("add", "password"):
        users.must_be(name, there=action == "password")
        password = _password(password_stdin)
        if action == "add":
            users.user_add(name=name, role=str(role), password=password)
        else:
            users.password_set(name=name, password=password)
    elif action == "role":
        users.user_role_set(name=name, role=str(new_role))
    else:
        users.user_remove(name=name)
    session.answer({"user": name, "action": action, "role": role or new_role}, lambda: f"{name}: {DONE[action]}")
    return 0


DONE = {"add": "added", "remove": "removed", "role": "has the role now", "password": "has the new password"}


def _token(session: Session, name: str, revoke: bool, expires_days: int | None) -> int:
    """Standard output has the token and nothing else, so that a script can keep it."""
    from strangler_proxy.control import tokens

    if revoke:
        was_there = tokens.token_revoke(name=name)
        said = "the token has ended" if was_there else "there was no token"
        session.answer({"user": name, "revoked": was_there}, lambda: f"{name}: {said}")
        return 0
    token = tokens.token_make(name=name, days=expires_days)
    session.answer({"user": name, "token": token, "expires_days": expires_days}, lambda: token)
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return entered


def _table(found: list[dict[str, Any]]) -> str:
    if not found:
        return "There is no user yet: strangler user add NAME --role admin"
    rows = [(one["name"], one["role"] or "none", one["last_login"] or "never") for one in found]
    return table(("NAME", "ROLE", "LAST LOGIN"), rows, width=terminal_width(), shrink=(0,))
