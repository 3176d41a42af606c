"""``python -m skloss`` starts the dashboard."""

import sys

from skloss.app.command import main

if __name__ == "__main__":
    sys.exit(main())
