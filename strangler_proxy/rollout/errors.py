"""Why a route may not change its stage."""

from strangler_proxy.errors import StranglerError


class TransitionRefused(StranglerError):
    """The stage table has no such step."""

    code = "STR301"


class ServiceMissing(TransitionRefused):
    """The route would leave the monolith without saying for which service."""

    code = "STR302"


class GateFailed(TransitionRefused):
    """The evidence speaks against the step."""

    code = "STR303"


class GateUndecided(TransitionRefused):
    """There is not enough evidence for the step."""

    code = "STR304"
    exit_code = 3


class ReasonMissing(TransitionRefused):
    """A step was forced without saying why."""

    code = "STR305"
    exit_code = 2


class ServiceUnreached(TransitionRefused):
    """The service does not answer, and users would be sent to it."""

    code = "STR306"
    exit_code = 4


class NothingTried(TransitionRefused):
    """The canary had a share of 0 percent, so the service has answered nobody yet."""

    code = "STR307"
