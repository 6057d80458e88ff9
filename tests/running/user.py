"""A user of embedded services in a process of its own: prints their addresses, then waits to be ended.

`python -m tests.running.user FOLDER durable|throw-away SERVICE…`; a line on standard input makes it leave in order.
"""

import json
import sys
from pathlib import Path

from config.local_services import Instance

if __name__ == "__main__":
    folder, kind, *wanted = sys.argv[1:]
    instance = Instance(Path(folder), durable=kind == "durable", fsync=kind == "durable")
    sys.stdout.write(json.dumps(instance.join(set(wanted))) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
    instance.leave()
