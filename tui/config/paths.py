"""Where the platform wants settings and data to lie."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def config_file() -> Path:
    """The settings file when ``--config`` names none."""
    return platformdirs.user_config_path("deskbell", appauthor=False) / "config.toml"


def data_folder() -> Path:
    """The folder for contacts, logs and the like when ``--data`` names none."""
    return platformdirs.user_data_path("deskbell", appauthor=False)
