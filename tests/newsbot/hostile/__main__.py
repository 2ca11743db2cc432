"""`python tests/newsbot/hostile CANARY_PORT SECRET_FILE`: papers that mean harm and a healthy one, until stdin ends."""

from __future__ import annotations

import json
import sys
import threading

from house import House
from listings import LISTINGS
from papers import DOORS
from stories import HEALTHY


def main() -> None:
    houses = {name: House(answers) for name, answers in DOORS.items()}
    HEALTHY.append(f"http://localhost:{houses['healthy'].server_address[1]}")
    for house in houses.values():
        threading.Thread(target=house.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    told = {
        "ports": {name: house.server_address[1] for name, house in houses.items()},
        "listings": list(LISTINGS),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    for house in houses.values():
        house.closing.set()
    sys.stdout.write(json.dumps({name: dict(house.hits) for name, house in houses.items()}) + "\n")


if __name__ == "__main__":
    main()
