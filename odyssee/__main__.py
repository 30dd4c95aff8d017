"""`python -m odyssee` is the command `odyssee`."""

from odyssee.cli import main

if __name__ == "__main__":
    main()
