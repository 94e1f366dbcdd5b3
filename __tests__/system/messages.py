"""The messages of interop-messages.ts, as a Python program defines them."""

from binary_format import Enum, Message, define


@define(257)
class Direction(Enum):
    pass


@define(258)
class Position(Message):
    fields = (("x", 0), ("y", 0), ("facing", lambda: Direction(1)))


@define(259)
class Inventory(Message):
    fields = (
        ("owner", ""),
        ("slots", list),
        ("tags", set),
        ("weights", dict),
        ("blob", b""),
        ("leader", None),
    )


def full():
    return Inventory(
        owner="Zoë 😀",
        slots=[Position(x=-129, y=40000), Position(facing=Direction(2)), None, [True, [False]]],
        tags={"a", 7},
        weights={"sword": 1.5, 2: -0.25, "big": 2**62, "low": -(2**63)},
        blob=bytes(range(256)),
        leader=Position(x=1),
    )
