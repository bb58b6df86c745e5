"""`make bench`: speed and size as ratios within one run; the machines are noisy, so trust no digits."""

import asyncio

from tests.bench import burst, importing, plan, simulation, start, steady, web

if __name__ == "__main__":
    asyncio.run(start.bench())
    plan.bench()
    simulation.bench()
    importing.bench()
    asyncio.run(web.bench())
    asyncio.run(burst.bench())
    asyncio.run(steady.bench())
