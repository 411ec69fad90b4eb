"""Ready-made answers for the hooks of `Security`: API keys, passwords, scopes.

In: what a client claims. Out: who that is, or None. Never: secrets in the clear: a service holds digests, and compares
them in constant time. Tokens are the business of `katana.runtime.jwt`.
"""

from katana.runtime.auth._api_keys import ApiKeys
from katana.runtime.auth._passwords import Passwords, hash_password
from katana.runtime.auth._scopes import insufficient_scope

__all__ = ("ApiKeys", "Passwords", "hash_password", "insufficient_scope")
