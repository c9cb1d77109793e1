"""The proxy follows a file as Kubernetes mounts it: a link through a link that is swapped."""

import subprocess
from pathlib import Path

import requests

from tests.stack.echo import echo_backend
from tests.stack.processes import Part, free_port
from tests.stack.proxy import STRANGLER, backend_table, proxy_table


def test_a_swapped_config_map_is_taken_and_the_state_lies_elsewhere(tmp_path: Path) -> None:
    mount, state = tmp_path / "etc", tmp_path / "run"
    mount.mkdir()
    with echo_backend("monolith") as monolith, echo_backend("catalog") as catalog:
        port = free_port()
        text = (
            proxy_table(listen_port=port, workers=1).replace('"access.log"', '"off"')
            + backend_table("monolith", monolith)
            + backend_table("catalog", catalog)
            + '[[routes]]\nname = "all"\npath = "/"\nservice = "catalog"\nstage = "STAGE"\n'
        )
        swap_in(mount, "first", text.replace("STAGE", "monolith"))
        config = mount / "strangler.toml"
        config.symlink_to("..data/strangler.toml")
        command, environment = [STRANGLER, "up", "--config", config], {"STRANGLER_STATE": str(state)}
        proxy = Part(
            "proxy", command, url=f"http://127.0.0.1:{port}", ready_path="/", cwd=tmp_path, log=tmp_path / "log",
            env=environment,
        )  # fmt: skip
        with proxy:
            assert requests.get(proxy.url, timeout=10).json()["backend"] == "monolith"
            swap_in(mount, "second", text.replace("STAGE", "service"))
            # Asks the running proxy, by its state directory, whether what the file says is in force.
            doctor = subprocess.run(
                [STRANGLER, "doctor", "--no-project", "--config", config],
                env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True,
            )  # fmt: skip
            assert "runs, and follows the file" in doctor.stdout + doctor.stderr
            assert requests.get(proxy.url, timeout=10).json()["backend"] == "catalog"
        assert sorted(path.name for path in mount.iterdir()) == ["..data", "..first", "..second", "strangler.toml"]
        assert not (mount / "..second" / ".strangler").exists()


def swap_in(mount: Path, name: str, text: str) -> None:
    """Puts a new version of the volume in place, as the kubelet does: a new folder, then one rename of the link."""
    folder = mount / f"..{name}"
    folder.mkdir()
    (folder / "strangler.toml").write_text(text)
    (mount / "..data_tmp").symlink_to(folder.name)
    (mount / "..data_tmp").rename(mount / "..data")
