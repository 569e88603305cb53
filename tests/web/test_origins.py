"""Which pages may use the door, and the headers that keep its own pages harmless."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest

from tests.web.desk import Desk

SHOP = "https://shop.example"
GOOD = {"nick": "Anna", "text": "hello"}


async def test_a_foreign_page_may_not_open_contacts(desk: Desk) -> None:
    for origin in (SHOP, "null", "https://shop.example.evil", "http://127.0.0.1:1"):
        async with desk.client.post("/v1/contacts", json=GOOD, headers={"Origin": origin}) as answer:
            assert answer.status == 403
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert await desk.backend.pending() == ()


async def test_a_configured_site_may_and_is_told_so_by_cors(desk: Desk) -> None:
    desk.set_web(origins=(SHOP,))
    preflight = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
    }
    async with desk.client.options("/v1/contacts", headers=preflight) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Vary"] == "Origin"
    async with desk.client.post("/v1/contacts", json=GOOD, headers={"Origin": SHOP}) as answer:
        assert answer.status == 201
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Credentials" not in answer.headers
    async with desk.client.post("/v1/contacts", json={}, headers={"Origin": SHOP}) as answer:
        assert answer.status == 400
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    for near in ("http://shop.example", "https://shop.example:444", "https://SHOP.example"):
        async with desk.client.post("/v1/contacts", json=GOOD, headers={"Origin": near}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        (None, True),
        ("own", True),
        (SHOP, True),
        ("https://evil.example", False),
        ("http://shop.example", False),
        ("null", False),
    ],
)
async def test_the_stream_checks_the_origin_exactly(desk: Desk, origin: str | None, admitted: bool) -> None:
    desk.set_web(origins=(SHOP,))
    visit = await desk.visit()
    own = desk.bound.url.rstrip("/")
    headers = visit.headers | ({} if origin is None else {"Origin": own if origin == "own" else origin})
    opening = desk.client.ws_connect(f"{visit.path}/stream", headers=headers)
    if admitted:
        await (await opening).close()
    else:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await opening
        assert refused.value.status == 403


async def test_every_answer_carries_the_security_headers_and_no_version(desk: Desk) -> None:
    for path in ("/", "/demo", "/widget.js", "/static/chat.js", "/healthz", "/nothing", "/v1/contacts/x"):
        async with desk.client.get(path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Server"] == "Deskbell"


async def test_even_a_malformed_request_learns_no_version(desk: Desk) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.bound.port)
    writer.write(b"GARB\x01AGE\r\n\r\n")
    told = await reader.read()
    writer.close()
    assert b" 400 " in told
    assert b"Server: Deskbell\r\n" in told
    assert not re.search(rb"(?i)python|aiohttp", told)


async def test_the_page_may_be_framed_by_configured_sites_only(desk: Desk) -> None:
    async with desk.client.get("/") as answer:
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    desk.set_web(origins=(SHOP, "https://x.example; script-src *"))
    async with desk.client.get("/") as answer:
        assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors 'self' {SHOP}")
    async with desk.client.get("/", headers={"Host": "evil; script-src *"}) as answer:
        assert "script-src *" not in answer.headers.get("Content-Security-Policy", "")


async def test_the_pages_hold_no_inline_script_or_style_and_name_no_other_site(desk: Desk) -> None:
    for path in ("/", "/demo"):
        async with desk.client.get(path) as answer:
            html = await answer.text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)
        assert not re.search(r"<[a-z][^>]*\s(?:src|href)=\"(?:https?:)?//", html)


async def test_static_files_are_revalidated_by_their_etag(desk: Desk) -> None:
    async with desk.client.get("/static/chat.js") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.content_type == "text/javascript"
        etag = answer.headers["ETag"]
    async with desk.client.get("/static/chat.js", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
        assert await answer.read() == b""
    async with desk.client.get("/static/chat.js", headers={"If-None-Match": '"other"'}) as answer:
        assert answer.status == 200
