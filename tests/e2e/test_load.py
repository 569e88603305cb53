"""Many visitors at once, and a kill in the middle: what was answered with 201 is there, once, in order."""

from __future__ import annotations

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.shift import Shift, Visitor
from tests.parts.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CLIENTS, CONTACTS, MESSAGES = 20, 200, 5_000


@dataclass
class Client:
    """One of the parallel clients: its own connection, its own contacts, its own messages."""

    port: int
    number: int
    stored: dict[str, list[str]] = field(default_factory=dict)
    """By contact: the texts answered with 201, in the order sent."""
    tokens: dict[str, str] = field(default_factory=dict)
    back: threading.Event = field(default_factory=threading.Event)

    def post(self, path: str, body: dict[str, str], token: str = "") -> tuple[int, dict[str, str]]:
        """Post until there is an answer; a message sent again is the same message."""
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
            try:
                connection.request("POST", path, json.dumps(body), headers)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
            except (OSError, http.client.HTTPException):
                if not self.back.wait(60):
                    raise
            finally:
                connection.close()

    def work(self) -> None:
        """Open ten contacts and write 24 or 25 messages in each, round and round."""
        for _ in range(CONTACTS // CLIENTS):
            status, made = self.post("/v1/contacts", {"nick": f"v{self.number}", "text": "first"})
            assert status == 201, made
            self.stored[made["id"]] = []
            self.tokens[made["id"]] = made["token"]
        contacts = list(self.stored)
        for index in range((MESSAGES - CONTACTS) // CLIENTS):
            id = contacts[index % len(contacts)]
            text = f"{self.number}-{index}"
            body = {"id": f"m-{self.number}-{index}", "text": text}
            status, answer = self.post(f"/v1/contacts/{id}/messages", body, self.tokens[id])
            assert status in (200, 201), answer
            self.stored[id].append(text)


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "killed in the middle"])
def test_none_lost_none_double_order_kept(tmp_path: Path, killed: bool) -> None:
    with Shift(tmp_path, queue="dissuasion_time = 0", sound=False, desktop=False) as shift:
        console = shift.start()
        port = shift.port
        shift.stage.other_window()
        clients = [Client(port, number) for number in range(CLIENTS)]
        if not killed:
            for client in clients:
                client.back.set()
        with ThreadPoolExecutor(CLIENTS) as pool:
            work = [pool.submit(client.work) for client in clients]
            if killed:
                until(
                    lambda: sum(len(texts) for c in clients for texts in list(c.stored.values())) > 1500, 120
                )
                shift.kill(console)
                shift.start(port=port)
                for client in clients:
                    client.back.set()
            for done in work:
                done.result(240)
        shift.stage.wait_for(f"{CONTACTS} waiting", 20)
        total = 0
        for client in clients:
            for id, texts in client.stored.items():
                messages = Visitor(shift.url, id, client.tokens[id]).hears()
                assert [message["text"] for message in messages] == ["first", *texts]
                assert [message["seq"] for message in messages] == list(range(1, len(texts) + 2))
                total += len(messages)
        assert total == MESSAGES
