"""A real Ray cluster of two nodes on this machine: says where it listens, obeys lines, and ends with its input.

`head down` loses the head with all it knew, `head up` starts another under the same address.
"""

import json
import os
import sys
from typing import Any

from ray.cluster_utils import Cluster

SMALL = {"num_cpus": 2, "object_store_memory": 80_000_000}


def head(port: int, dashboard_port: int, agent_port: int) -> dict[str, Any]:
    return {
        **SMALL,
        "gcs_server_port": port,
        "include_dashboard": True,
        "dashboard_host": "127.0.0.1",
        "dashboard_port": dashboard_port,
        "dashboard_agent_listen_port": agent_port,
    }


def main() -> None:
    ports = tuple(int(word) for word in sys.argv[1:4])
    cluster = Cluster()
    first = cluster.add_node(**head(*ports))
    second = cluster.add_node(**SMALL)
    say({"nodes": [first.node_id, second.node_id]})
    for line in sys.stdin:
        if line.strip() == "head down":
            for node in (second, first):
                cluster.remove_node(node, allow_graceful=False)
            say({"head": "down"})
        if line.strip() == "head up":
            cluster = Cluster()
            first = cluster.add_node(**head(*ports))
            second = cluster.add_node(**SMALL)
            say({"head": "up"})
    cluster.shutdown()
    os._exit(0)


def say(fact: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
