"""What can be wrong with `strangler.toml`: a stable code for each kind, and all of them in one error."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from strangler_proxy.errors import StranglerError


class Code(StrEnum):
    """The stable code of each kind of mistake in the file; a code is never reused."""

    NOT_TOML = "STR101"
    UNKNOWN_KEY = "STR102"
    UNKNOWN_STAGE = "STR103"
    WRONG_TYPE = "STR104"
    OUT_OF_RANGE = "STR105"
    MISSING_KEY = "STR106"
    EMPTY = "STR107"
    DUPLICATE_ENTRY = "STR108"
    NO_MONOLITH = "STR110"
    BAD_URL = "STR111"
    BAD_HEALTH = "STR112"
    BAD_BACKEND_NAME = "STR113"
    BAD_ADDRESS = "STR120"
    BAD_TRUSTED_PROXY = "STR121"
    SAME_ADDRESS = "STR122"
    LOOP = "STR123"
    BAD_VIA = "STR124"
    OPEN_TO_ALL = "STR125"
    BAD_ROUTE_NAME = "STR130"
    DUPLICATE_ROUTE = "STR131"
    PATH_OR_REGEX = "STR132"
    NO_LEADING_SLASH = "STR133"
    UNREACHABLE_ROUTE = "STR134"
    BAD_DJANGO_PATH = "STR135"
    BAD_REGEX = "STR136"
    NOT_ANCHORED = "STR137"
    BAD_CONVERTER = "STR138"
    BAD_METHOD = "STR139"
    BAD_HOST = "STR140"
    BAD_HEADER = "STR141"
    BAD_STICKY = "STR142"
    BAD_DIFFERENCE_PATH = "STR143"
    UNKNOWN_SERVICE = "STR144"
    NO_SERVICE = "STR145"
    SERVICE_IS_MONOLITH = "STR146"
    STEPS_DO_NOT_GROW = "STR147"
    NEVER_COMPARED = "STR148"
    BAD_TASK_NAME = "STR150"
    DUPLICATE_TASK = "STR151"
    BAD_TOLERANCE = "STR153"
    UNKNOWN_NORMALISER = "STR154"
    BAD_DAY = "STR155"
    BAD_WEBHOOK = "STR156"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigError:
    """One mistake in the file."""

    code: Code
    source: str
    """The file's path as it was given, or `<text>`."""
    line: int
    """From 1."""
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.code} {self.what} {self.remedy}"


class ConfigInvalid(StranglerError):
    """The file is no valid configuration; `errors` are all its mistakes, by line."""

    code = "STR109"

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        self.errors = errors
        source = errors[0].source
        count = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        super().__init__(f"{count} in the configuration.", where=source)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class ConfigUnreadable(StranglerError):
    """There is no file, or it cannot be read."""

    code = "STR100"
    exit_code = 4

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        super().__init__(why, where=str(path), remedy=remedy)


class EditRefused(StranglerError):
    """The edit cannot be made as asked; nothing was written."""

    code = "STR160"


class FileChanged(EditRefused):
    """Somebody else changed the file between the plan and its application; nothing was written."""

    code = "STR161"


class UnknownRoute(EditRefused):
    """The file has no route of that name."""

    code = "STR162"
    exit_code = 2
