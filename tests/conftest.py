"""Processes that tests start import what the tests import, wherever they run and whoever runs the tests."""

import os
import sys

os.environ["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
