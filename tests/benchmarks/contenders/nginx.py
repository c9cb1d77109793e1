"""nginx as most Django teams run it, save that bodies stream: it would else write them to disk first."""

from pathlib import Path

from tests.benchmarks.contenders.contender import Contender, Place, installed

find = installed("nginx")


def main_config(directory: Path, name: str, http: str) -> str:
    """A whole config with one worker that keeps to `directory`."""
    temporary = " ".join(
        f"{kind}_temp_path {directory}/{name}-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; worker_processes 1; worker_rlimit_nofile 16384;
pid {directory}/{name}.pid; error_log {directory}/{name}.err;
events {{ worker_connections 8192; }}
http {{ keepalive_requests 100000000; client_max_body_size 0; {temporary} {http} }}
"""


def _command(place: Place) -> list[str]:
    http = f"""
access_log {place.directory}/access.log;
upstream backend {{ server 127.0.0.1:{place.backend_port}; keepalive 64; keepalive_requests 100000000; }}
server {{ listen 127.0.0.1:{place.port} backlog=4096; location / {{
    proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Request-ID $request_id;
    proxy_request_buffering off; proxy_max_temp_file_size 0;
}} }}"""
    config = place.directory / "nginx.conf"
    config.write_text(main_config(place.directory, "nginx", http))
    return [place.program, "-c", str(config), "-p", str(place.directory)]


CONTENDER = Contender(name="nginx", find=find, command=_command)
