"""The HTTP edge: authentication, routes, problem documents, the tenant's OpenAPI."""

from paas.http.account import Accounts
from paas.http.application import create_asgi
from paas.http.formula_record import FormulaRecord, shown
from paas.http.idempotency import FORGETTING
from paas.http.service import Services
from paas.http.stream import Streams

__all__ = ["FORGETTING", "Accounts", "FormulaRecord", "Services", "Streams", "create_asgi", "shown"]
