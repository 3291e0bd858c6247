"""What mends are made with."""

from functools import wraps

MENDS = {}


def mend(name):
    """Registers a function that mends one fault, by the id under which scripts/judges/moto-faults.ts lists it."""

    def register(function):
        MENDS[name] = function
        return function

    return register


def replace(owner, name):
    """Puts the function that is decorated in the place of one of moto's, which it is given first."""

    def put(function):
        old = getattr(owner, name)

        @wraps(old)
        def new(*args, **kwargs):
            return function(old, *args, **kwargs)

        setattr(owner, name, new)
        return new

    return put
