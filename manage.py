#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from config.database import DatabaseUnavailable


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Imported here so that a missing environment is told below, not as a traceback.
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except DatabaseUnavailable as unavailable:
        sys.exit(str(unavailable))


if __name__ == "__main__":
    main()
