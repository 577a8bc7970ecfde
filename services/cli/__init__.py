"""The command `townline`: the composition root, the only place that may import everything.

The modules of commands (those that `main` imports) declare arguments, options and help, and import what they work
with when they are called: help, completion and errors of usage come at once. The others do the work.

main        the commands, put together
help        how help is shown
options     options that several commands have
context     the run that a command belongs to; how errors end it
run         Townline: settings, stores, profile, consoles
runs        running over many layers
rules       what a command read and made, as a rule for make
output      tables read, results written as whole files
"""

import sys

try:
    from services.cli.main import app, main
except KeyboardInterrupt:  # Ctrl-C ends the command as quietly before it has begun as it does later
    sys.exit(130)

__all__ = ["app", "main"]
