"""`python -m orchflow.cli …`, as `orchflow …`."""

from orchflow.cli.main import main

if __name__ == "__main__":
    main()
