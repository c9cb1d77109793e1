"""What can keep traffic from being recorded or asked again."""

from strangler_proxy.errors import StranglerError


class RecordingUnreadable(StranglerError):
    """The file of a recording cannot be read."""

    code = "STR620"
    exit_code = 2
    usual_remedy = "Name a HAR file that this user can read, e.g. one that `strangler record` wrote."


class RecordingInvalid(StranglerError):
    """The file is no recording."""

    code = "STR621"
    exit_code = 2
    usual_remedy = "Give a HAR 1.2 file: what `strangler record` writes, or a browser's network panel exports."


class NothingToRecordFrom(StranglerError):
    """No proxy runs by this config, or it does not hand out captures."""

    code = "STR622"
    exit_code = 4
    usual_remedy = "Start it with `strangler up`, and record again."


class RouteNotCaptured(StranglerError):
    """The route's exchanges are not captured, so none can be recorded."""

    code = "STR623"
    exit_code = 2
    usual_remedy = "Put it into stage shadow, or into canary: `strangler set ROUTE shadow --service NAME`."


class NothingRecorded(StranglerError):
    """No exchange passed while the recording ran."""

    code = "STR624"
    exit_code = 3
    usual_remedy = "Send traffic through the proxy meanwhile, or record for longer with --seconds."


class BackendUnreached(StranglerError):
    """The backend that a recording is to be replayed against does not answer."""

    code = "STR625"
    exit_code = 4
    usual_remedy = "Start it, or correct the URL."


class NothingToReplay(StranglerError):
    """The recording holds no exchange that can be asked."""

    code = "STR626"
    exit_code = 3
    usual_remedy = "Record some with `strangler record`, or let more be asked: without --route, or with --unsafe."
