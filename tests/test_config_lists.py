"""Lists in the settings: one entry that cannot be used is named with why and cure, and the others count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts.waiting import until
from tui.config.fields import setting
from tui.config.file import SettingsFile
from tui.config.parse import parse_text
from tui.config.schema import Settings, WebSettings

FILE = Path("config.toml")


def web(text: str) -> tuple[WebSettings, list[str]]:
    settings, problems = parse_text(f"[web]\n{text}\n", FILE)
    return settings.web, [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("https://b.example/", "https://b.example"),
        ("https://B.Example", "https://b.example"),
        ("HTTPS://b.example", "https://b.example"),
        ("https://b.example:443", "https://b.example"),
        ("http://b.example:80/", "http://b.example"),
        ("http://b.example:443", "http://b.example:443"),
        ("https://b.example:08443", "https://b.example:8443"),
        ("https://b.example.", "https://b.example"),
        (" https://b.example ", "https://b.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://my_intranet", "http://my_intranet"),
    ],
)
def test_an_origin_is_understood_as_people_write_it(written: str, understood: str) -> None:
    assert web(f'origins = ["https://a.example", "{written}"]') == (
        WebSettings(origins=("https://a.example", understood)),
        [],
    )


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("https://b.example/shop", 'an origin ends with the host, as in "https://b.example"'),
        ("https://b.example/?a=1#x", 'an origin ends with the host, as in "https://b.example"'),
        ("b.example", 'it must begin with "https://" or "http://", as in "https://b.example"'),
        ("*", "no site has * in its name: name each site"),
        ("https://*.b.example", "no site has * in its name: name each site"),
        ("ftp://b.example", 'it must begin with "https://" or "http://"'),
        ("https://", "that is not the address of a site"),
        ("https://user:pass@b.example", "that is not the address of a site"),
        ("https://b.example:99999", "that is not the address of a site"),
        ("https://b example", "that is not the address of a site"),
        ("https://x.example; script-src *", "no site has * in its name: name each site"),
        ("https://x.example;script-src", "that is not the address of a site"),
        ("null", 'it must begin with "https://" or "http://", as in "https://null"'),
        ("", 'it must begin with "https://" or "http://"'),
    ],
)
def test_an_origin_that_cannot_be_is_named_and_the_others_count(written: str, why: str) -> None:
    found, said = web(f'origins = ["https://a.example", "{written}", "https://c.example"]')
    assert found.origins == ("https://a.example", "https://c.example")
    assert said == [f'web.origins leaves out "{written}": {why}. The rest counts.']


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("chat.example.org", "chat.example.org"),
        ("Chat.Example.ORG.", "chat.example.org"),
        ("chat.example.org:8443", "chat.example.org"),
        ("https://chat.example.org/", "chat.example.org"),
        ("büro.example", "xn--bro-hoa.example"),
        ("desk", "desk"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_host_is_understood_as_people_write_it(written: str, understood: str) -> None:
    assert web(f'hosts = ["{written}"]') == (WebSettings(hosts=(understood,)), [])


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("*.example.org", "no host has * in its name: name each"),
        ("chat.example.org/chat", 'it must be the bare name of a host, as in "chat.example.org"'),
        ("two words", "it must be the bare name of a host"),
        ("-x.example", "it must be the bare name of a host"),
        ("a..b", "it must be the bare name of a host"),
        ("x" * 300, "it must be the bare name of a host"),
        ("", "it must be the bare name of a host"),
    ],
)
def test_a_host_that_cannot_be_is_named_and_the_others_count(written: str, why: str) -> None:
    found, said = web(f'hosts = ["a.example", "{written}"]')
    assert found.hosts == ("a.example",)
    assert len(said) == 1
    assert why in said[0]


@pytest.mark.parametrize(
    ("key", "good", "bad", "why"),
    [
        ("web.trusted_proxies", '"127.0.0.1"', '"localhost"', 'write "127.0.0.1" and "::1"'),
        ("web.trusted_proxies", '"10.0.0.0/8"', '"proxy.example"', "it must be an address or a network"),
        ("web.trusted_proxies", '"::1"', "7", "it must be text in quotes"),
        ("web.fields", '"email*"', f'"{"x" * 42}"', "it must be one line of 1 to 41 characters"),
        ("web.fields", '"email*"', '""', "it must be one line of 1 to 41 characters"),
        ("agent.groups", '"Billing"', "3", "it must be text in quotes"),
        ("agent.pause_reasons", '"lunch"', '"a\\nb"', "it must be one line of 1 to 80 characters"),
        ("agent.decline_reasons", '"busy"', "[]", "it must be text in quotes"),
        ("wrap_up.outcomes", '"solved"', "true", "it must be text in quotes"),
        ("wrap_up.tags", '"vip"', "2026-01-01", "it must be text in quotes"),
    ],
)
def test_every_list_keeps_what_is_good_in_it(key: str, good: str, bad: str, why: str) -> None:
    settings, problems = parse_text(f"{key} = [{bad}, {good}]", FILE)
    section, name = key.split(".")
    assert getattr(getattr(settings, section), name) == (good.strip('"'),)
    (problem,) = problems
    assert problem.key == key
    assert why in problem.message
    assert problem.message.endswith("The rest counts.")


def test_a_list_with_nothing_good_in_it_stands_at_its_default() -> None:
    settings, problems = parse_text("agent.pause_reasons = [1, 2]", FILE)
    assert settings.agent == Settings().agent
    assert [problem.message.endswith("is used instead.") for problem in problems] == [True, True]
    assert parse_text("agent.pause_reasons = []", FILE)[0].agent.pause_reasons == ()


def test_a_command_with_an_argument_that_cannot_be_used_is_not_run_without_it() -> None:
    settings, problems = parse_text('hooks.on_pending = ["rm", 7, "/tmp/x"]', FILE)
    assert settings.hooks.on_pending == ()
    assert len(problems) == 1


def test_a_bad_entry_saved_while_running_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[web]\norigins = ["https://a.example"]\n')
    file = SettingsFile(path)
    file.load()
    path.write_text('[web]\norigins = ["https://a.example", "https://B.example/", "c.example"]\n')
    until(lambda: file.poll() is not None, 5, "the file was read again")
    assert file.loaded.settings.web.origins == ("https://a.example", "https://b.example")
    assert "c.example" in str(file.loaded.problems[0])


def test_what_the_settings_screen_saves_is_written_as_it_is_understood(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "config.toml")
    assert file.set("web.origins", ("https://A.example/",)).web.origins == ("https://a.example",)
    assert '"https://a.example"' in file.path.read_text()
    assert setting("web.hosts").fit(["Chat.example:443"]) == ("chat.example",)
