"""``python -m tui`` is ``deskbell``."""

import sys

from tui.cli import main

sys.exit(main())
