"""The `portal` command. Each subcommand's module is imported only when it runs.

A new subcommand is a line in COMMANDS: its name, where its click command is, its sentence in `portal --help`.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
from pathlib import Path

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("portal.cli.supervision:up", "Run the whole portal on this machine."),
    "down": ("portal.cli.supervision:down", "Stop the portal that runs on this machine."),
    "migrate": ("portal.cli.database:migrate", "Bring the database to this version."),
    "schedule": (
        "portal.cli.schedule:schedule",
        "Ring for overdue work and seal the record of acts, until told to stop.",
    ),
    "import": ("portal.cli.imports:import_history", "Load history from a spreadsheet."),
    "verify": ("portal.cli.verification:verify", "Prove that the books and the record of acts stand."),
    "check-files": ("portal.cli.files:check_files", "Compare the files in the store with the rows that name them."),
    "create-firm": ("portal.cli.people:create_firm", "Found a firm."),
    "create-user": ("portal.cli.people:create_person", "Add a person to a firm."),
    "demo-seed": ("portal.cli.demo.seeding:demo_seed", "Fill the portal with a demo firm."),
    "keys": ("portal.cli.keys:keys", "See and rotate those keys."),
    "create-key": ("portal.cli.keys:create_key", "Make the keys that sign access tokens and seal secrets."),
}
STANDS_ALONE = {"up", "down"}  # commands that need no portal beside them


class LazyGroup(click.Group):
    """A group that knows its subcommands' names and sentences without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """The command, imported now; None when there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is not a click command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """List every command with its sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run and tend the investor portal.

    Settings come from the environment. DATA_DIR (default .data) says which portal is meant: commands join
    the one that `portal up` runs there, unless DATABASE_URL names another server than its.
    """
    atexit.register(gc.freeze)  # at the end all goes: to look through it first takes longer than most commands
    if ctx.invoked_subcommand not in STANDS_ALONE:
        _join_running_portal()


def _join_running_portal() -> None:
    from portal.platform.embedded.environment import running_environment

    running = running_environment(Path(os.environ.get("DATA_DIR") or ".data").resolve())
    if os.environ.get("DATABASE_URL") in {None, "", running.get("DATABASE_URL")}:
        os.environ.update({name: value for name, value in running.items() if not os.environ.get(name)})


if __name__ == "__main__":
    main(prog_name="portal")
