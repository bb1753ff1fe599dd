"""The client's own attributes: a resource each, and the dialects that have several."""

from collections.abc import Sequence

from client_generator.operations import Flavour
from client_generator.places import Resource
from client_generator.prose import HEADER


def tree_module(resources: Sequence[Resource], flavour: Flavour) -> str:
    """Write the class that a client is: its resources, ready to be asked."""
    sender = f"{flavour.prefix}Sender"
    top = [one for one in resources if "." not in one.path]
    dialects = dict.fromkeys(one.path.partition(".")[0] for one in resources if "." in one.path)
    inside = {
        dialect: [one for one in resources if one.path.startswith(f"{dialect}.")]
        for dialect in dialects
    }
    return "\n".join(
        [
            HEADER,
            *(
                f"from tieout_client.{flavour.package}.{one.module} import"
                f" {flavour.prefix}{one.class_name}"
                for one in resources
            ),
            f"from tieout_client.{flavour.sender_module} import {sender}",
            *(
                _class(f"{flavour.prefix}{dialect.capitalize()}", sender, _made(members, flavour))
                for dialect, members in inside.items()
            ),
            _class(
                f"{flavour.prefix}Resources",
                sender,
                _made(top, flavour)
                + [
                    f"self.{dialect} = {flavour.prefix}{dialect.capitalize()}(sender)"
                    for dialect in dialects
                ],
            ),
        ]
    )


def _class(name: str, sender: str, made: Sequence[str]) -> str:
    lines = "\n".join(f"        {line}" for line in made)
    return f"\n\nclass {name}:\n    def __init__(self, sender: {sender}) -> None:\n{lines}"


def _made(resources: Sequence[Resource], flavour: Flavour) -> list[str]:
    return [
        f"self.{one.path.rpartition('.')[2]} = {flavour.prefix}{one.class_name}(sender)"
        for one in resources
    ]
