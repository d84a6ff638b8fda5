"""The HTTP edge: authentication, routes, problem documents, the tenant's OpenAPI."""

from paas.http.account import Accounts
from paas.http.application import create_asgi
from paas.http.formula_record import FormulaRecord, shown
from paas.http.service import Services

__all__ = ["Accounts", "FormulaRecord", "Services", "create_asgi", "shown"]
