"""A client's fault is a 4xx of ours: no traceback, a line of the log a minute, and the door goes on."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import random
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.web.desk import Desk
from tests.web.floods import frame, handshake, lines, request

JSON = "application/json"


class Log:
    """What was logged, as it would stand in the file, and what the loop complained of."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self.stray: list[dict[str, Any]] = []

    @property
    def text(self) -> str:
        formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
        return "\n".join(formatter.format(record) for record in self._caplog.records)

    def is_quiet(self) -> None:
        assert not self.stray, self.stray
        assert "Traceback" not in self.text, self.text[:4_000]
        assert len(self.text) < 4_096, self.text


@pytest_asyncio.fixture
async def log(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Log]:
    caplog.set_level(logging.INFO)
    made = Log(caplog)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: made.stray.append(context))
    yield made
    loop.set_exception_handler(None)


async def sent(desk: Desk, data: bytes | str, within: float = 5.0) -> bytes:
    """What is answered to these bytes, the client's side being closed after them."""
    async with lines(desk) as (line,):
        line.send(data)
        if line.writer.can_write_eof():
            line.writer.write_eof()
        return await line.answer(within)


async def answers_still(desk: Desk) -> None:
    async with desk.client.get("/v1/desk") as answer:
        assert answer.status == 200
    async with desk.page(await desk.visit()) as page:
        await page.next("status")


def status_of(answer: bytes) -> int:
    assert b"application/problem+json" in answer.partition(b"\r\n\r\n")[0], answer
    return int(answer.split()[1])


PLAIN = b'{"nick": "Anna", "text": "hello"}'
COMPRESSED = {
    "gzip": gzip.compress(PLAIN),
    "gzip, gzip": gzip.compress(gzip.compress(PLAIN)),
    "deflate": zlib.compress(PLAIN),
    "br": b"\x0b\x02\x80abc\x03",
    "zstd": b"(\xb5/\xfd",
    "x-unknown": PLAIN,
}


@pytest.mark.parametrize("coding", COMPRESSED)
async def test_a_compressed_body_is_refused_good_or_bad(desk: Desk, log: Log, coding: str) -> None:
    good, bad, bomb = COMPRESSED[coding], b"\x00not at all", gzip.compress(b" " * 1_000_000)
    for body in (good, bad, bomb, good[: len(good) // 2]):
        headers = {"Content-Type": JSON, "Content-Encoding": coding}
        async with desk.client.post("/v1/contacts", data=body, headers=headers) as answer:
            assert answer.status == 415
            told = await answer.json(content_type=None)
            assert told["field"] == "Content-Encoding"
    log.is_quiet()


async def test_a_thousand_bad_bodies_are_a_line_or_two_of_the_log(desk: Desk, log: Log) -> None:
    for _ in range(60):
        async with lines(desk) as (line,):
            for _ in range(20):
                line.send(
                    request("/v1/contacts", "POST", Content_Type=JSON, Transfer_Encoding="chunked") + "zz\r\n"
                )
            await line.answer()
    await desk.door.close()
    log.is_quiet()
    assert len(log.text.splitlines()) <= 3


MALFORMED: dict[str, bytes | str] = {
    "chunk that is no number": request(
        "/v1/contacts", "POST", "zz\r\nxx\r\n", Content_Type=JSON, Transfer_Encoding="chunked"
    ),
    "chunk too large": request(
        "/v1/contacts", "POST", "f" * 40 + "\r\n", Content_Type=JSON, Transfer_Encoding="chunked"
    ),
    "two lengths": request("/v1/contacts", "POST", Content_Length="5", content_length="6"),
    "a length that is none": request("/v1/contacts", "POST", Content_Length="-5"),
    "length and chunks": request("/v1/contacts", "POST", Content_Length="5", Transfer_Encoding="chunked"),
    "a coding of transfer": request("/v1/contacts", "POST", Transfer_Encoding="gzip, identity"),
    "a long header": request(X="y" * 70_000),
    "a long target": request("/" + "x" * 70_000),
    "many headers": request(**{f"X{number}": "y" for number in range(2_000)}),
    "a header without a colon": "GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n",
    "a folded header": "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "a zero byte": request(X="a\0b"),
    "a method unknown": request(method="DANCE"),
    "a method of controls": "G\x01T / HTTP/1.1\r\n\r\n",
    "a version unknown": "GET / HTTP/7.3\r\nHost: localhost\r\n\r\n",
    "the next protocol": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "no target": "GET  HTTP/1.1\r\n\r\n",
    "an asterisk": request("*", "OPTIONS"),
    "authority": request("localhost:80", "CONNECT"),
    "bad percent": request("/v1/%zz/%"),
    "percent of no UTF-8": request("/v1/contacts/%ff%fe/messages"),
    "percent of a zero": request("/v1/contacts/%00/messages"),
    "bytes above ASCII": request("/v1/\xff\xfe"),
    "a query of no UTF-8": request("/v1/contacts/x/messages?after=%ff"),
    "an expectation": request("/v1/desk", Expect="the unexpected"),
    "an expectation nowhere": request("/nowhere", Expect="the unexpected"),
    "an old version": "POST /v1/contacts HTTP/1.0\r\nContent-Type: application/json\r\n\r\n",
    "a very old version": "GET /\r\n",
    "a token of no UTF-8": request("/v1/contacts/x", Authorization="Bearer \xff\xfe"),
    "an origin of no UTF-8": request("/v1/desk", Origin="\xff\xfe"),
    "forwarded by nobody": request("/v1/contacts/x", X_Forwarded_For="\xff, \x80"),
    "broken UTF-8": request("/v1/contacts", "POST", "\xff\xfe", Content_Type=JSON, Content_Length="2"),
    "a type with parameters": request(
        "/v1/contacts", "POST", "{}", Content_Type="application/json; charset=x", Content_Length="2"
    ),
}


@pytest.mark.parametrize("what", MALFORMED)
async def test_a_malformed_request_is_refused_in_our_words(desk: Desk, log: Log, what: str) -> None:
    desk.set_web(trusted_proxies=("127.0.0.1",))
    for _ in range(5):
        answer = await sent(desk, MALFORMED[what])
        if answer:  # whoever hangs up at once may get none
            assert answer.startswith(b"HTTP/1."), answer[:200]
            if b" 200 " not in answer[:16]:
                assert 400 <= status_of(answer) < 500, answer
    await answers_still(desk)
    log.is_quiet()
    assert await desk.backend.pending() != ()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(X="y" * 9_000), 431),
        (request("/" + "x" * 9_000), 431),
        (MALFORMED["a version unknown"], 400),
        (MALFORMED["the next protocol"], 400),
    ],
    ids=["header", "target", "version", "protocol"],
)
async def test_only_what_is_too_long_is_said_to_be(desk: Desk, asked: bytes | str, status: int) -> None:
    async with lines(desk) as (line,):
        line.send(asked)
        assert status_of(await line.answer(5.0)) == status


@pytest.mark.parametrize(
    "body",
    [
        '{"nick": "\\ud800", "text": "a"}',
        '{"nick": "Anna", "text": "\\ud800"}',
        '{"\\ud800": 1}',
        '{"nick": "Anna", "text": "a", "data": {"\\ud800": "\\udfff"}}',
        '{"nick": "Anna", "text": "a", "data": {"x": 1e999}}',
        '{"nick": "Anna", "text": "a", "data": {"x": NaN}}',
        '{"nick": "Anna", "text": "a", "trail": [{"page": "x", "ago": 1e999}]}',
        '{"nick": "Anna", "text": "a", "trail": [{"page": "x", "at": -Infinity}]}',
        '{"nick": "Anna", "text": "a", "lang": "\\u0000"}',
        "[" * 60_000,
        '{"a":' * 10_000,
        '"\\ud800"',
        "9" * 60_000,
        "\ufeff{}",
    ],
)
async def test_odd_json_is_taken_or_refused_in_our_words(desk: Desk, log: Log, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    headers = {"Content-Type": JSON}
    async with desk.client.post("/v1/contacts", data=data, headers=headers) as answer:
        assert answer.status in (201, 400), await answer.text()
    visit = await desk.visit()
    async with desk.client.post(
        f"{visit.path}/messages", data=data, headers=headers | visit.headers
    ) as answer:
        assert answer.status in (201, 400), await answer.text()
    async with desk.page(visit) as page:
        await page.socket.send_bytes(data[:0])
        assert await page.closed() is not None
    log.is_quiet()


FRAMES: dict[str, bytes] = {
    "compressed, which was not agreed": frame(1, b"\xaa\x00", rsv=4),
    "an extension bit": frame(1, b"x", rsv=1),
    "an opcode unknown": frame(3, b"x"),
    "a control too long": frame(9, b"x" * 126),
    "a control in parts": frame(9, b"x", fin=False),
    "a continuation of nothing": frame(0, b"x"),
    "a beginning within": frame(1, b"a", fin=False) + frame(1, b"b"),
    "no UTF-8": frame(1, b"\xff\xfe"),
    "not masked": frame(1, b'{"type":"ping"}', masked=False),
    "a close of one byte": frame(8, b"x"),
    "a close code that is none": frame(8, (7).to_bytes(2, "big")),
    "a close of no UTF-8": frame(8, b"\x03\xe8\xff"),
    "a length that is a lie": bytes([0x81, 0xFF]) + b"\xff" * 8,
    "half a frame": frame(1, b"x" * 100)[:20],
    "json of surrogates": frame(1, b'{"type":"message","id":"\\ud800","text":"\\ud800"}'),
    "json too deep": frame(1, b"[" * 50_000),
    "garbage": bytes(range(256)) * 8,
}


@pytest.mark.parametrize("what", FRAMES)
async def test_a_malformed_frame_costs_its_stream_at_most(desk: Desk, log: Log, what: str) -> None:
    visit = await desk.visit()
    for _ in range(3):
        async with lines(desk) as (line,):
            line.send(handshake(visit))
            assert b" 101 " in await line.head()
            line.send(FRAMES[what])
            line.writer.write_eof()
            await line.answer(5)
    await answers_still(desk)
    log.is_quiet()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_WebSocket_Extensions": "permessage-deflate; server_max_window_bits=99; nonsense"},
        {"Sec_WebSocket_Protocol": "other"},
        {"Sec_WebSocket_Key": "nonsense"},
        {"Sec_WebSocket_Key": "\xff" * 16},
        {"Sec_WebSocket_Version": "99"},
        {"Connection": "close"},
        {"Sec_WebSocket_Protocol": "bearer.\xff"},
    ],
)
async def test_a_malformed_handshake_is_refused_in_our_words(
    desk: Desk, log: Log, headers: dict[str, str]
) -> None:
    visit = await desk.visit()
    opening = handshake(visit)
    for name, value in headers.items():
        written = name.replace("_", "-")
        kept = [line for line in opening.split("\r\n") if not line.startswith(f"{written}:")]
        opening = "\r\n".join([kept[0], f"{written}: {value}", *kept[1:]])
    async with lines(desk) as (line,):
        line.send(opening)
        answer = await line.head()
    assert b" 101 " in answer or 400 <= status_of(answer) < 500
    log.is_quiet()


async def test_garbage_of_every_kind_is_survived(desk: Desk, log: Log) -> None:
    chance = random.Random(11)
    visit = await desk.visit()
    seeds = [
        *(data if isinstance(data, bytes) else data.encode("latin-1") for data in MALFORMED.values()),
        request("/v1/contacts", "POST", PLAIN.decode(), Content_Type=JSON, Content_Length="33").encode(),
        handshake(visit).encode() + frame(1, b'{"type":"typing","on":true}') * 3,
    ]

    def garbled() -> bytes:
        data = bytearray(chance.choice(seeds)[:3_000])
        for _ in range(chance.choice((0, 1, 3, 10, 50))):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(1, 8)]
                case 2:
                    data[at:at] = chance.randbytes(chance.randrange(1, 8))
                case _:
                    data[at:at] = chance.choice((b"\r\n", b"\0", b"\xff", b": ", b"%", b"\r\n\r\n"))
            if not data:
                return b"\r\n"
        return bytes(data)

    async def one() -> None:
        answer = await sent(desk, garbled(), 3)
        assert not answer or answer.startswith(b"HTTP/1."), answer[:100]
        assert b" 500 " not in answer[:16], answer

    for _ in range(40):
        await asyncio.gather(*(one() for _ in range(10)))
    await answers_still(desk)
    log.is_quiet()


async def test_a_mistake_of_ours_is_told_whole_once_a_minute(
    desk: Desk, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: object) -> Any:
        raise ZeroDivisionError("a mistake")

    visit = await desk.visit()
    monkeypatch.setattr(desk.backend, "history", broken)
    for _ in range(20):
        async with desk.client.get(f"{visit.path}/messages", headers=visit.headers) as answer:
            assert answer.status == 500
            assert "ZeroDivision" not in json.dumps(await answer.json(content_type=None))
    assert log.text.count("Traceback") == 1
    assert "ZeroDivisionError: a mistake" in log.text


async def test_who_hangs_up_while_being_read_is_no_fault_of_anybodys(desk: Desk, log: Log) -> None:
    for _ in range(10):
        async with lines(desk) as (line,):
            line.send(request("/v1/contacts", "POST", '{"ni', Content_Type=JSON, Content_Length="99"))
            await line.writer.drain()
            await asyncio.sleep(0.01)
            line.writer.transport.abort()
    await answers_still(desk)
    log.is_quiet()
