from enum import Enum


class Omit(Enum):
    """What is not given: the member is not sent. None is sent, as null."""

    OMIT = "omit"


OMIT = Omit.OMIT
