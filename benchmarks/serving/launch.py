"""Run an application by uvicorn exactly as `odyssee serve` does: `launch.py FACTORY PORT`.

Imports nothing of the project: tipg runs it with the Python of its own environment.
"""

import sys

import uvicorn

if __name__ == "__main__":
    uvicorn.run(
        sys.argv[1],
        factory=len(sys.argv) > 3,
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
