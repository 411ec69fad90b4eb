"""What ends a launch before it begins.

In: words. Out: an exception. Never: imports, so that a launch that is interrupted at once ends at once.
"""


class LaunchError(Exception):
    """There is no service to launch; the text says what to do."""
