"""The process in which dbt builds, which says of each node what came of it.

    python -m eurocluster.dbt_process RESULTS ARGUMENT…

dbt's own account holds all it knows of the project and costs a tenth of a small build to write;
ours holds one line per node.

Belongs here: invoking dbt, writing ``run_results.json``.
Does not belong here: what dbt is told (warehouse).
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(results: Path, arguments: list[str]) -> int:
    """Run dbt with some arguments; return 0 when every node is well, 1 else, 2 without results."""
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["--no-write-json", *arguments])
    nodes: Any = getattr(outcome.result, "results", None)
    if nodes is None:
        sys.stderr.write(f"{outcome.exception or 'dbt did not begin'}\n")
        return 2

    def is_test(node: Any) -> bool:
        return bool(node.node.resource_type == "test")

    told = [
        {
            "unique_id": node.node.unique_id,
            "status": str(node.status),
            "execution_time": node.execution_time,
            "message": node.message,
            "failures": node.failures,
            # What an audit asks can be asked again of what was published.
            "compiled_code": getattr(node.node, "compiled_code", None) if is_test(node) else None,
        }
        for node in nodes
    ]
    results.write_text(json.dumps({"results": told}, indent=1), encoding="utf-8")
    return 0 if outcome.success else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
