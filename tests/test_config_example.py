"""The example file is made from the schema, whole, and true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tui.config.example import example, main
from tui.config.fields import every_setting
from tui.config.parse import parse_text
from tui.config.paths import config_file, data_folder
from tui.config.schema import Settings

COMMITTED = Path(__file__).parents[1] / "config.example.toml"


def test_the_committed_example_is_what_the_schema_makes() -> None:
    assert COMMITTED.read_text("utf-8") == example(), "run: python -m tui.config.example"


def test_the_example_is_the_defaults_without_a_problem() -> None:
    assert parse_text(example(), COMMITTED) == (Settings(), ())


def test_the_example_names_every_setting_with_its_explanation() -> None:
    document = tomllib.loads(example())
    for setting in every_setting():
        table = document
        for part in setting.path[:-1]:
            table = table[part]
        assert setting.path[-1] in table
        assert setting.explanation.split()[0] in example()


def test_what_the_example_comments_out_is_good_too() -> None:
    text = re.sub(r"^# (\[.*\]|[a-z_-]+ = .*)$", r"\1", example(), flags=re.MULTILINE)
    settings, problems = parse_text(text, COMMITTED)
    assert problems == ()
    assert settings.dissuasion_time("Sales") == 120
    assert settings.keys == {"accept-longest": "f2,alt+a"}


def test_no_line_of_the_example_is_wider_than_a_screen() -> None:
    assert max(map(len, example().splitlines())) <= 100 + len("# ")


def test_the_module_writes_the_file(tmp_path: Path) -> None:
    main([str(tmp_path / "x.toml")])
    assert (tmp_path / "x.toml").read_bytes() == example().encode()


def test_the_default_places_are_named_after_the_product() -> None:
    assert config_file().name == "config.toml"
    assert config_file().parent.name == "deskbell"
    assert "deskbell" in data_folder().parts
