"""The Wechaty packages import on this Python, quietly, and leave nothing behind in the working directory."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, os, pathlib, sys
from bot.chat.wechaty import shims
cache = pathlib.Path("cache")
service = shims.load_puppet_service(cache)
assert "wechaty" not in sys.modules
wechaty = shims.load_wechaty(cache)
assert shims.load_wechaty(cache) is wechaty
logging.getLogger("PuppetService").warning("a token")
print(service.PuppetService.__name__, wechaty.Wechaty.__name__, os.environ["CACHE_DIR"], sorted(os.listdir()))
"""


def test_the_packages_import_quietly(tmp_path):
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "WECHATY_LOG": "verbose"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("PuppetService Wechaty cache ['cache']\n", "")
