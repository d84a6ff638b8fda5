"""The HTTP edge: authentication, routes, problem documents, the tenant's OpenAPI."""

from paas.http.account import Accounts
from paas.http.application import create_asgi
from paas.http.service import Services

__all__ = ["Accounts", "Services", "create_asgi"]
