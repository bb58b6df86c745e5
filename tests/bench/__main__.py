"""`make bench`: speed and size as ratios within one run; the machines are noisy, so trust no digits."""

import asyncio

from tests.bench import burst

if __name__ == "__main__":
    asyncio.run(burst.bench())
