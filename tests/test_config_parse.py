"""A settings file may hold anything: what is good counts, what is not is named with place and cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.config.fields import Setting, UnfitError, every_setting, explain, setting
from tui.config.parse import BrokenTomlError, Problem, parse, parse_text
from tui.config.schema import OnClick, Settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FILE = Path("config.toml")


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse_text(text, FILE)[1]]


def test_an_empty_file_is_the_defaults() -> None:
    assert parse_text("", FILE) == (Settings(), ())


def test_every_key_of_a_good_file_counts() -> None:
    settings, wrong = parse_text(
        """
        agent = { name = "Maria" }
        audio.volume = 1
        audio.pending.ring_tone = "~/bell.wav"
        [desktop]
        enabled = true
        [desktop.pending]
        on_click = "accept"
        [web]
        origins = ["https://shop.example", "http://localhost:3000"]
        [services."Sales & more"]
        dissuasion_time = 0
        [services.Support]
        [keys]
        accept-longest = "f2,ctrl+n"
        """,
        FILE,
    )
    assert wrong == ()
    assert settings.agent.name == "Maria"
    assert settings.audio.volume == 1.0
    assert isinstance(settings.audio.volume, float)
    assert settings.audio.pending.ring_tone == "~/bell.wav"
    assert settings.audio.pending.loop is True
    assert settings.desktop.enabled is True
    assert settings.desktop.pending.on_click is OnClick.ACCEPT
    assert settings.web.origins == ("https://shop.example", "http://localhost:3000")
    assert settings.dissuasion_time("Sales & more") == 0
    assert settings.dissuasion_time("Support") == 300
    assert settings.keys == {"accept-longest": "f2,ctrl+n"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[audio]\nvolume = 3\n",
            "config.toml:2: audio.volume must be a number from 0 to 1, but is 3. 0.8 is used instead.",
        ),
        (
            "audio.volume = nan",
            "config.toml:1: audio.volume must be a number from 0 to 1, but is nan. 0.8 is used instead.",
        ),
        (
            "audio.volume = inf",
            "config.toml:1: audio.volume must be a number from 0 to 1, but is inf. 0.8 is used instead.",
        ),
        (
            "audio.volume = true",
            "config.toml:1: audio.volume must be a number from 0 to 1, but is true. 0.8 is used instead.",
        ),
        (
            f"audio.volume = 1{'0' * 400}",
            f"config.toml:1: audio.volume must be a number from 0 to 1, but is 1{'0' * 58}…. "
            "0.8 is used instead.",
        ),
        (
            "\n\n[audio.pending]\nloop = 1",
            "config.toml:4: audio.pending.loop must be true or false, but is 1. true is used instead.",
        ),
        (
            'audio.enabled = "yes"',
            'config.toml:1: audio.enabled must be true or false, but is "yes". true is used instead.',
        ),
        (
            "web.port = 70000",
            "config.toml:1: web.port must be a whole number from 0 to 65535, but is 70000. "
            "8765 is used instead.",
        ),
        (
            "web.port = true",
            "config.toml:1: web.port must be a whole number from 0 to 65535, but is true. "
            "8765 is used instead.",
        ),
        (
            "web.port = 80.0",
            "config.toml:1: web.port must be a whole number from 0 to 65535, but is 80.0. "
            "8765 is used instead.",
        ),
        (
            "[web]\nport = { a = 1 }",
            "config.toml:2: web.port must be a whole number from 0 to 65535, but is a table. "
            "8765 is used instead.",
        ),
        (
            "web.port = 2026-01-01",
            "config.toml:1: web.port must be a whole number from 0 to 65535, but is 2026-01-01. "
            "8765 is used instead.",
        ),
        (
            '[desktop.pending]\non_click = "open"',
            'config.toml:2: desktop.pending.on_click must be "nothing", "show" or "accept", but is "open". '
            '"show" is used instead.',
        ),
        (
            '[desktop.message]\non_click = "accept"',
            'config.toml:2: desktop.message.on_click must be "nothing" or "show", but is "accept". '
            '"show" is used instead.',
        ),
        (
            'agent.name = "two\\nlines"',
            "config.toml:1: agent.name must be one line of at most 80 characters, "
            'but is "two\\nlines". "" is used instead.',
        ),
        (
            'audio.pending.ring_tone = " "',
            "config.toml:1: audio.pending.ring_tone must be one line of 1 to 4096 characters, "
            'but is " ". "marimba" is used instead.',
        ),
        (
            '[web]\norigins = [\n  "https://a.example",\n  "https://b.example/shop",\n]',
            'config.toml:2: web.origins leaves out "https://b.example/shop": an origin ends with the host, '
            'as in "https://b.example". The rest counts.',
        ),
        (
            'web.origins = "https://a.example"',
            'config.toml:1: web.origins must be a list of sites such as "https://shop.example", '
            'but is "https://a.example". [] is used instead.',
        ),
        ("audio = 3", "config.toml:1: audio must be a table, [audio], but is 3. It is left out."),
        (
            "[[audio]]\nvolume = 0.1",
            'config.toml:1: audio must be a table, [audio], but is [{"volume": 0.1}]. It is left out.',
        ),
        (
            "[services]\nSales = 60",
            "config.toml:2: services.Sales must be a table, [services.Sales], but is 60. It is left out.",
        ),
        (
            '[services."A.B"]\ndissuasion_time = -1',
            'config.toml:2: services."A.B".dissuasion_time must be a whole number from 0 to 86400, '
            "but is -1. It is left out.",
        ),
        (
            '[services."Sales"]\ncolour = "puce"',
            "config.toml:2: services.Sales.colour must be red, green, yellow, blue, magenta, cyan, grey "
            '(in quotes), or a colour such as "#c04080", but is "puce". It is left out.',
        ),
        (
            '[services."Sales"]\ncolour = "#c0408"',
            "config.toml:2: services.Sales.colour must be red, green, yellow, blue, magenta, cyan, grey "
            '(in quotes), or a colour such as "#c04080", but is "#c0408". It is left out.',
        ),
        (
            '[services."Sales"]\nlanguage = "Italian, please"',
            'config.toml:2: services.Sales.language must be a language such as "it" or "pt-BR", '
            'but is "Italian, please". It is left out.',
        ),
        (
            '[keys]\nquit = ["ctrl+q"]',
            'config.toml:2: keys.quit must be one line of at most 200 characters, but is ["ctrl+q"]. '
            "It is left out.",
        ),
        (
            "[audio]\nvolum = 1",
            'config.toml:2: audio.volum is not a setting and is left out: did you mean "audio.volume"?',
        ),
        (
            "[audio.pending]\nring-tone = 1",
            "config.toml:2: audio.pending.ring-tone is not a setting and is left out: "
            'did you mean "audio.pending.ring_tone"?',
        ),
        (
            "[audio]\nloop = true",
            'config.toml:2: audio.loop is not a setting and is left out: did you mean "audio.pending.loop"?',
        ),
        (
            "port = 80",
            'config.toml:1: port is not a setting and is left out: did you mean "web.port"?',
        ),
        (
            "[sound]\na = 1\nb = 2",
            "config.toml:1: sound is not a setting and is left out: "
            "every setting stands in config.example.toml.",
        ),
        ("[aduio]\nx = 1", 'config.toml:1: aduio is not a setting and is left out: did you mean "audio"?'),
        (
            '"a\\u001b[31m" = 1',
            'config.toml:1: "a\\u001b[31m" is not a setting and is left out: '
            "every setting stands in config.example.toml.",
        ),
    ],
)
def test_a_bad_value_is_named_with_line_allowed_values_and_what_is_done(text: str, message: str) -> None:
    assert problems(text) == [message]


def test_one_bad_value_costs_only_itself() -> None:
    settings, wrong = parse_text("[audio]\nvolume = 9\nenabled = false\n[web]\nport = 1\nx = 1\n", FILE)
    assert [(problem.line, problem.key) for problem in wrong] == [(2, "audio.volume"), (6, "web.x")]
    assert settings.audio.volume == Settings().audio.volume
    assert settings.audio.enabled is False
    assert settings.web.port == 1


def test_a_bad_service_leaves_the_others() -> None:
    settings, wrong = parse_text(
        "[services.A]\ndissuasion_time = 'x'\n[services.B]\ndissuasion_time = 7\n", FILE
    )
    assert len(wrong) == 1
    assert settings.dissuasion_time("A") == 300
    assert settings.dissuasion_time("B") == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\nb = = 2\n", "config.toml:2:5: This is not TOML: invalid value in b = = 2"),
        (
            "[audio.pending]\nring_tone = marimba\n",
            "config.toml:2:13: This is not TOML: invalid value in ring_tone = marimba "
            '(text stands in "quotes"; true, false and numbers do not).',
        ),
        (
            "[audio\n",
            "config.toml:1:7: This is not TOML: expected ']' at the end of a table declaration in [audio.",
        ),
        ("a = 1\na = 2\n", "config.toml:2:6: This is not TOML: cannot overwrite a value in a = 2."),
        ('a = """\n\n', "config.toml:3:1: This is not TOML: "),
        (
            f"a = {'9' * 5000}",
            "config.toml: This is not TOML: a number is too long or brackets are nested too",
        ),
        (f"a = {'[' * 5000}", "config.toml"),
    ],
)
def test_a_file_that_is_not_toml_says_where(text: str, message: str) -> None:
    with pytest.raises(BrokenTomlError) as broken:
        parse_text(text, FILE)
    assert str(broken.value.problem).startswith(message.rstrip("."))


def test_a_problem_can_be_shown_anywhere() -> None:
    (problem,) = parse_text('agent.name = "\\u001b]0;x\\u0007\\u202e"', FILE)[1]
    assert problem.message.isprintable()
    assert Problem(FILE, 0, "", problem.message).__str__().startswith("config.toml: agent.name")


toml_values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)
names = st.sampled_from(
    [part for setting in every_setting() for part in setting.path] + ["services", "keys", "x"]
)


@unhurried
@given(st.dictionaries(names, st.one_of(toml_values, st.dictionaries(names, toml_values)), max_size=6))
def test_no_document_makes_reading_fail_and_what_is_used_is_allowed(document: dict[str, object]) -> None:
    settings, _ = parse(document, FILE)
    for known in every_setting():
        value: object = settings
        for part in known.path:
            value = getattr(value, part)
        assert known.fit(value) == value


@pytest.mark.parametrize("known", every_setting(), ids=lambda known: known.key)
def test_every_setting_is_explained_and_its_default_is_allowed(known: Setting) -> None:
    assert known.explanation.endswith(".")
    assert "\n" not in known.explanation
    assert known.fit(known.default) == known.default
    assert known == setting(known.key)


def test_settings_are_found_by_name() -> None:
    assert explain("audio.pending.loop").startswith("Repeat until the contact is no longer")
    assert explain('services."A.B".dissuasion_time').startswith("Longest a visitor of this service")
    assert setting("keys.quit").fit("ctrl+q") == "ctrl+q"
    assert setting("audio.volume").allowed == "a number from 0 to 1"
    for name in ["audio", "audio.x", "services.A", "services", "", "audio..x", "audio.volume.x"]:
        with pytest.raises(KeyError):
            setting(name)
    with pytest.raises(UnfitError, match='"nothing" or "show"'):
        setting("desktop.message.on_click").fit("accept")
