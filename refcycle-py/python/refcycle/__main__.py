"""`python -m refcycle`: see `refcycle.command_line`."""

from refcycle.command_line import main

if __name__ == "__main__":
    main()
