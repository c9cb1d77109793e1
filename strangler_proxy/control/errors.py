"""What can be wrong with the store. Nothing here needs Django."""

from strangler_proxy.errors import StranglerError
from strangler_proxy.shadow.record import StoreUnavailable


class StoreUnreachable(StranglerError, StoreUnavailable):
    """The store cannot be read or written now: locked, full, unreachable."""

    code = "STR901"
    exit_code = 4
    usual_remedy = "See that the database runs and has room; what was to be recorded is kept and tried again."


class BadDatabaseUrl(StranglerError):
    """The URL of a database cannot be understood."""

    code = "STR902"
    exit_code = 2
    usual_remedy = "Write postgresql://USER:PASSWORD@HOST:5432/NAME or sqlite:////absolute/path.sqlite3."


class StoreIsNewer(StranglerError):
    """The store was written by a newer version of the toolkit."""

    code = "STR903"
    exit_code = 4
    usual_remedy = "Use that version or a later one here too; this one would misread what is there."


class NotOurDatabase(StranglerError):
    """The database belongs to something else."""

    code = "STR904"
    exit_code = 4
    usual_remedy = "Give the toolkit a database of its own, and never the monolith's."


class DriverMissing(StranglerError):
    """The store is to be in PostgreSQL, and the library that speaks to it is not installed."""

    code = "STR905"
    exit_code = 4
    usual_remedy = "Install it: pip install 'strangler-proxy[postgres]'."


class MoveRefused(StranglerError):
    """The store cannot be moved there; nothing was changed."""

    code = "STR906"
    exit_code = 1
    usual_remedy = "Name an empty database, other than the one that is in use."


class AnotherDjango(StranglerError):
    """This process is a Django project already, so it cannot be the control plane too."""

    code = "STR907"
    exit_code = 4
    usual_remedy = "Read the store in a process of its own, e.g. by the command `strangler`."


class NotInForce(StranglerError):
    """The file was written, and the running proxy does not act by it."""

    code = "STR005"
    exit_code = 4
    usual_remedy = "Mend what `strangler check` shows; where the supervisor died, `strangler up` takes over."


class AlreadyIgnored(StranglerError):
    """The route has the ignore already."""

    code = "STR630"
    exit_code = 1
    usual_remedy = "Nothing is to be done; `strangler diff ROUTE` shows what it excuses."


class HidesNothing(StranglerError):
    """The ignore would hide nothing of what is stored."""

    code = "STR631"
    exit_code = 1
    usual_remedy = "Take the path from `strangler diff ROUTE`; or write it all the same with --force."


class UserThere(StranglerError):
    """A user of that name is there already."""

    code = "STR910"
    exit_code = 1
    usual_remedy = "Take another name, or change that user with `strangler user role` or `strangler user password`."


class NoSuchUser(StranglerError):
    """There is no user of that name."""

    code = "STR911"
    exit_code = 1
    usual_remedy = "`strangler user list` says who there is."


class BadPassword(StranglerError):
    """A password is too easy to guess."""

    code = "STR912"
    exit_code = 2
    usual_remedy = "Take one of at least ten characters that is no common word, e.g. four words of chance."


class Denied(StranglerError):
    """The dashboard refused what a user has no right to."""

    code = "STR920"
    usual_remedy = "Log in as a user whose role allows it; `strangler user role NAME ROLE` changes a role."


class Gone(StranglerError):
    """What a page of the dashboard is asked for is not there."""

    code = "STR921"
    usual_remedy = "Begin from the overview: it may have been renamed or removed."


class BadRequest(StranglerError):
    """The dashboard's API was asked for something that its description does not have."""

    code = "STR922"
    exit_code = 2
    usual_remedy = "`/openapi.json` says what can be asked for, and how."


class BadToken(StranglerError):
    """A token is nobody's, or no more."""

    code = "STR923"
    exit_code = 4
    usual_remedy = "Make a new one: `strangler user token NAME`."
