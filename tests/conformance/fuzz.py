"""Fuzzing of the head parsers and the chunk reader, guided by coverage.

`python -m tests.conformance.fuzz --seconds 600` (needs `pip install -e '.[fuzz]'`). What is found is written beside the
directory given by `--corpus`, as `crash-*`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conformance.corpus import WORDS, seeds

_TARGETS = ("request_head", "response_head", "chunked")


def main() -> None:
    """Fuzzes each target for its share of the time; exit status 1 with a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--target", choices=_TARGETS, help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args()
    if options.target:
        _fuzz(options.target, rest)
        return
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        corpus = options.corpus or Path(directory)
        failed = [target for target in _TARGETS if _run(target, corpus / target, options.seconds // len(_TARGETS))]
    print(f"findings in: {', '.join(failed)}" if failed else "no finding")
    sys.exit(bool(failed))


def _run(target: str, corpus: Path, seconds: int) -> int:
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target, 500)):
        (corpus / f"seed-{number}").write_bytes(data)
    words = corpus.parent / f"{target}.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS))
    options = (f"-max_total_time={seconds}", f"-dict={words}", "-max_len=2048", "-timeout=5", "-print_final_stats=1")
    own = [sys.executable, "-m", "tests.conformance.fuzz", "--target", target]
    return subprocess.run([*own, *options, f"-artifact_prefix={corpus.parent}/", str(corpus)], check=False).returncode


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def _fuzz(target: str, arguments: list[str]) -> None:
    """Runs libFuzzer, which ends the process."""
    import atheris

    with atheris.instrument_imports(include=["strangler_proxy.proxy"]):
        from tests.conformance.fuzz_targets import TARGETS
    atheris.Setup([sys.argv[0], *arguments], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
