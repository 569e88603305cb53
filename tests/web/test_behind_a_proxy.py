"""The proxies of docs/administrator.md, for real: TLS, calls and WebSockets through nginx and Caddy."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.parts.documents import all_blocks
from tests.parts.processes import base_env, missing, need, start, stop
from tests.parts.waiting import until
from tests.web.desk import Desk, Page, Visit
from tui.config.parse import parse_text
from tui.config.schema import WebSettings
from tui.desk.contact import ContactId

NAME = "chat.shop.example"
"""What the proxy is called in the document."""

THROUGH = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that runs."""

    url: str
    certificate: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((THROUGH, 0))
        port: int = probe.getsockname()[1]
        return port


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the proxy's name that nobody else has signed, and its key."""
    pem, key = folder / "fullchain.pem", folder / "privkey.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-days", "2", "-subj", "/CN=localhost", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run(
        [*made, "-out", str(pem), "-keyout", str(key)], check=True, capture_output=True, timeout=30
    )
    return pem, key


def the_block(language: str, door: int) -> str:
    """What the document says, with the door's port of this test."""
    (block,) = all_blocks(language)
    assert NAME in block.text
    assert "127.0.0.1:8765" in block.text
    return block.text.replace("127.0.0.1:8765", f"127.0.0.1:{door}")


def the_settings() -> WebSettings:
    """What the document tells to set for its proxies."""
    (told,) = [block.text for block in all_blocks("toml") if block.text.startswith("[web]\nhosts")]
    settings, problems = parse_text(told, Path("administrator.md"))
    assert problems == ()
    return settings.web


def nginx(folder: Path, door: int, port: int) -> list[str]:
    """The document's server in the smallest of settings around it. Answers with how it is started."""
    need(missing({"nginx": "nginx-light", "openssl": "openssl"}))
    pem, key = certificate(folder)
    text = the_block("nginx", door).replace("listen 443 ssl;", f"listen {THROUGH}:{port} ssl;")
    text = re.sub(r"listen \[::\]:443 ssl;", "", text)
    text = re.sub(r"/etc/letsencrypt/live/\S+/fullchain.pem", str(pem), text)
    text = re.sub(r"/etc/letsencrypt/live/\S+/privkey.pem", str(key), text)
    user = "user root;" if os.getuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    around = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{around}{text}\n}}\n"
    )
    argv = ["nginx", "-p", str(folder), "-c", str(settings), "-e", f"{folder}/error.log"]
    tried = subprocess.run([*argv, "-t"], capture_output=True, text=True, timeout=30)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr
    return argv


def caddy(folder: Path, door: int, port: int) -> list[str]:
    """The document's site, with a certificate at hand instead of one to be fetched."""
    need(missing({"caddy": "caddy", "openssl": "openssl"}))
    pem, key = certificate(folder)
    site = the_block("caddyfile", door).replace(
        f"{NAME} {{", f"https://{NAME}:{port} {{\n    tls {pem} {key}"
    )
    settings = folder / "Caddyfile"
    settings.write_text("{\n    admin off\n    auto_https disable_redirects\n}\n" + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(settings)]


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Iterator[Proxy]:
    """Each proxy in front of the door, which trusts it."""
    made: Callable[[Path, int, int], list[str]] = request.param
    port = free_port()
    argv = made(tmp_path, desk.bound.port, port)
    told = the_settings()
    desk.set_web(trusted_proxies=told.trusted_proxies, hosts=told.hosts)
    with (tmp_path / "said").open("wb") as said:
        running = start(argv, base_env(HOME=str(tmp_path)), stderr=said)
        try:
            until(lambda: _listens(port) or running.poll() is not None, 20, "the proxy listens")
            assert running.poll() is None, (tmp_path / "said").read_text()
            yield Proxy(f"https://{NAME}:{port}", tmp_path / "fullchain.pem")
        finally:
            stop(running)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((THROUGH, port)) == 0


class _Here(AbstractResolver):
    """A DNS by which every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        here: ResolveResult = {
            "hostname": host,
            "host": THROUGH,
            "port": port,
            "family": socket.AF_INET,
            "proto": 0,
            "flags": socket.AI_NUMERICHOST,
        }
        return [here]

    async def close(self) -> None:
        """Nothing to let go of."""


@asynccontextmanager
async def visitor_from(address: str, proxy: Proxy) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody with this address, who trusts the certificate, on the door's own page."""
    trusting = ssl.create_default_context(cafile=str(proxy.certificate))
    connector = aiohttp.TCPConnector(
        local_addr=(address, 0), ssl=trusting, family=socket.AF_INET, resolver=_Here()
    )
    headers = {"Origin": proxy.url}
    async with aiohttp.ClientSession(proxy.url, connector=connector, headers=headers) as session:
        yield session


async def comes(session: aiohttp.ClientSession, **headers: str) -> aiohttp.ClientResponse:
    body = {"nick": "Anna", "text": "hello"}
    async with session.post("/v1/contacts", json=body, headers=headers) as answer:
        await answer.read()
        return answer


async def test_a_visitor_chats_through_the_proxy(desk: Desk, proxy: Proxy) -> None:
    async with visitor_from("127.0.0.2", proxy) as visitor:
        answer = await comes(visitor)
        assert answer.status == 201
        assert answer.headers["Access-Control-Allow-Origin"] == proxy.url
        told = await answer.json()
        visit = Visit(ContactId(told["id"]), told["token"])
        async with visitor.ws_connect(f"{visit.path}/stream?after=0", headers=visit.headers) as socket_:
            page = Page(socket_)
            await page.next("message", text="hello")
            await desk.agent_says(visit, "Good morning Anna.")
            await page.next("message", text="Good morning Anna.")
            await page.send(type="message", id="m-1", text="through the proxy")
            await page.next("message", text="through the proxy")


async def test_without_the_documents_hosts_nobody_comes_in(desk: Desk, proxy: Proxy) -> None:
    desk.set_web(hosts=())
    async with visitor_from("127.0.0.2", proxy) as visitor:
        assert (await comes(visitor)).status == 421
    assert desk.door.refused_hosts().line == f'hosts = ["{NAME}"]'


async def test_the_page_may_speak_to_the_door_it_came_through(proxy: Proxy) -> None:
    async with visitor_from("127.0.0.2", proxy) as visitor, visitor.get("/") as page:
        assert page.status == 200
        assert f"wss://{proxy.url.removeprefix('https://')}" in page.headers["Content-Security-Policy"]


async def test_limits_count_for_each_visitor_behind_the_proxy_and_cannot_be_forged(
    desk: Desk, proxy: Proxy
) -> None:
    desk.set_web(contacts_per_minute=1)
    async with visitor_from("127.0.0.2", proxy) as anna, visitor_from("127.0.0.3", proxy) as bruno:
        assert (await comes(anna)).status == 201
        assert (await comes(anna)).status == 429
        assert (await comes(anna, **{"X-Forwarded-For": "203.0.113.9"})).status == 429
        assert (await comes(anna, **{"X-Forwarded-For": "203.0.113.9, 127.0.0.1"})).status == 429
        assert (await comes(bruno)).status == 201
