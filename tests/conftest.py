"""Processes that tests start import what the tests import, whatever directory they run in."""

import os
import sys

sys.path[:] = [os.path.abspath(path) for path in sys.path]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
