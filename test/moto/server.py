"""moto as an HTTP server, with the faults mended that would keep a cluster from being made, read again or removed.

    python3 test/moto/server.py PORT          listens on 127.0.0.1
    python3 test/moto/server.py --mends       ids of what is mended, as JSON

What each mend is for is in scripts/judges/moto-faults.ts, under the same id. A mend makes moto keep what it was told or
answer what it holds; none answers with a success that moto's model does not have.
"""

import json
import logging
import os
import sys

import eks_addons  # noqa: F401
import eks_calls  # noqa: F401
import eks_model  # noqa: F401
import mends_ec2  # noqa: F401
import mends_other  # noqa: F401
from mend import MENDS


def apply() -> None:
    for mend in MENDS.values():
        mend()


def main() -> None:
    if sys.argv[1:] == ["--mends"]:
        print(json.dumps([*MENDS]))
        return
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # moto's own switch: without it no policy of AWS's exists.
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    apply()
    from moto.server import main as serve

    serve(["-H", "127.0.0.1", "-p", sys.argv[1]])


if __name__ == "__main__":
    main()
