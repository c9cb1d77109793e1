"""The base of every error that reaches a user: a stable code, what is wrong, where, and the remedy."""


class StranglerError(Exception):
    """An error with a stable code and a remedy; only `cli` and `control` render it.

    `code` is `STR` and three digits, never reused. The hundreds name the part: 0 the command, 1 config, 2 routing,
    3 rollout, 4 proxy, 5 discover, 6 compare and shadow, 7 extract, 8 data, 9 control.
    """

    code: str = "STR000"
    exit_code: int = 1
    """1: the thing asked about is not so; 2: wrong usage; 3: not enough evidence; 4: cannot reach what is needed."""

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    @property
    def fields(self) -> dict[str, str | None]:
        """Its JSON form."""
        return {"code": self.code, "what": self.what, "where": self.where, "remedy": self.remedy}

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.code} {self.what}{remedy}"


class WrongUsage(StranglerError):
    """What was asked for cannot be understood."""

    code = "STR001"
    exit_code = 2
    usual_remedy = "`strangler VERB --help` shows the arguments, the options and examples."
