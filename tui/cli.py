"""The command line: ``deskbell`` and its subcommands."""


def main() -> int:
    """Entry point of the ``deskbell`` command."""
    return 0
