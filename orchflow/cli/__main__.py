"""`python -m orchflow.cli …`, as `orchflow …`."""

from orchflow.cli.main import main

main()
