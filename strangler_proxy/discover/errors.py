"""What can go wrong between a folder and the endpoints of the project in it; codes STR501 to STR507."""

from strangler_proxy.errors import StranglerError


class NoProject(StranglerError):
    """There is no manage.py where one was looked for."""

    code = "STR501"
    exit_code = 4


class SeveralProjects(StranglerError):
    """There are several manage.py, and nothing says which is meant."""

    code = "STR502"
    exit_code = 2


class NoSettings(StranglerError):
    """Nothing names the project's settings module."""

    code = "STR503"
    exit_code = 2


class NoDjango(StranglerError):
    """The interpreter cannot be run, or has no Django."""

    code = "STR504"
    exit_code = 4


class ProjectFails(StranglerError):
    """The project raises an exception while it is imported."""

    code = "STR505"
    exit_code = 4


class ProbeTimedOut(StranglerError):
    """The project was not imported within the time allowed."""

    code = "STR506"
    exit_code = 4


class ProbeBroken(StranglerError):
    """The probe ended without an answer: the project ended its interpreter, or the fault is ours."""

    code = "STR507"
    exit_code = 4
