"""A careful hand-written CRUD service: FastAPI, pydantic, SQLAlchemy Core, one table, one rule.

`async def` endpoints that call SQLite where they stand: on one core that beats the thread pool.
Settings: FLOOR_DATABASE (file), FLOOR_SYNCHRONOUS (FULL or NORMAL), FLOOR_TOKEN (made valid).
"""

from __future__ import annotations

import hashlib
import os
import time
from decimal import Decimal
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from bench.floor.store import account, connect, new_id, now, token

app = FastAPI()
engine = connect(
    os.environ["FLOOR_DATABASE"], synchronous=os.environ.get("FLOOR_SYNCHRONOUS", "FULL")
)

Name = Annotated[str, Field(min_length=1, max_length=120)]
Short = Annotated[str, Field(max_length=60)]
Address = Annotated[str, Field(max_length=400)]
Money = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
]


class AccountIn(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    industry: Short | None = None
    annualRevenue: Money | None = None
    employees: int | None = None
    address: Address | None = None


class AccountPatch(AccountIn):
    """A change: what is absent stays."""

    name: Name = ""


class AccountOut(BaseModel):
    """An account as it is sent."""

    id: str
    name: str
    industry: str | None
    annualRevenue: Money | None
    employees: int | None
    address: str | None
    approvalStatus: str | None
    ownerId: str
    createdBy: str
    createdAt: str
    updatedBy: str
    updatedAt: str
    version: int


class AccountPage(BaseModel):
    """A page of a list."""

    records: list[AccountOut]
    next: str | None


class Batch(BaseModel):
    """Several new accounts, all or none."""

    records: Annotated[list[AccountIn], Field(max_length=200)]


class Written(BaseModel):
    """What a batch answers for one record."""

    id: str
    version: int


class BatchResult(BaseModel):
    """What a batch answers, in the order of its input."""

    results: list[Written]


# ---------------------------------------------------------------- who is calling

users: dict[str, tuple[str, float]] = {}
CACHED_SECONDS = 30.0


async def current_user(authorization: Annotated[str, Header()] = "") -> str:
    """Return the id of the token's user; tokens are kept as hashes and cached for a while."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    known = users.get(digest)
    if known and known[1] > time.monotonic():
        return known[0]
    query = sa.select(token.c.user_id).where(
        token.c.hash == digest, token.c.expires_at > int(time.time())
    )
    with engine.connect() as connection:
        user = connection.execute(query).scalar_one_or_none()
    if user is None:
        raise HTTPException(401)
    users[digest] = (user, time.monotonic() + CACHED_SECONDS)
    return user


User = Annotated[str, Depends(current_user)]


# ---------------------------------------------------------------- the rule


def check(values: dict[str, Any], *, at: tuple[str | int, ...] = ()) -> None:
    """Refuse an address of fewer than twenty characters."""
    if "address" in values and len(values["address"] or "") < 20:
        message = "客户地址长度小于20个字，请重新输入。"
        raise RequestValidationError([{"type": "rule", "loc": (*at, "address"), "msg": message}])


def with_system_fields(values: dict[str, Any], user: str, moment: str) -> dict[str, Any]:
    """Return the row to insert."""
    return values | {
        "id": new_id(),
        "ownerId": user,
        "approvalStatus": None,
        "createdBy": user,
        "createdAt": moment,
        "updatedBy": user,
        "updatedAt": moment,
        "version": 1,
    }


# ---------------------------------------------------------------- routes


@app.post("/accounts", status_code=201)
async def create(body: AccountIn, user: User, response: Response) -> AccountOut:
    values = body.model_dump()
    check(values)
    row = with_system_fields(values, user, now())
    with engine.begin() as connection:
        connection.execute(sa.insert(account), row)
    response.headers["ETag"] = '"1"'
    response.headers["Location"] = f"/accounts/{row['id']}"
    return AccountOut.model_construct(**row)


@app.post("/accounts/batch")
async def create_batch(body: Batch, user: User) -> BatchResult:
    moment, rows = now(), []
    for index, each in enumerate(body.records):
        values = each.model_dump()
        check(values, at=("records", index))
        rows.append(with_system_fields(values, user, moment))
    with engine.begin() as connection:
        connection.execute(sa.insert(account), rows)
    return BatchResult(results=[Written(id=row["id"], version=1) for row in rows])


@app.get("/accounts/{id}")
async def read(id: str, _user: User, response: Response) -> AccountOut:
    with engine.connect() as connection:
        row = connection.execute(sa.select(account).where(account.c.id == id)).mappings().first()
    if row is None:
        raise HTTPException(404)
    response.headers["ETag"] = f'"{row["version"]}"'
    return AccountOut.model_construct(**row)


@app.patch("/accounts/{id}")
async def update(
    id: str,
    body: AccountPatch,
    user: User,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> AccountOut:
    values = body.model_dump(exclude_unset=True)
    check(values)
    change = (
        sa.update(account)
        .where(account.c.id == id)
        .values(**values, updatedBy=user, updatedAt=now(), version=account.c.version + 1)
        .returning(account)
    )
    if if_match:
        change = change.where(account.c.version == int(if_match.strip('"')))
    with engine.begin() as connection:
        row = connection.execute(change).mappings().first()
    if row is None:
        raise HTTPException(412 if if_match else 404)
    response.headers["ETag"] = f'"{row["version"]}"'
    return AccountOut.model_construct(**row)


@app.get("/accounts")
async def listing(
    industry: str, _user: User, limit: Annotated[int, Field(le=200)] = 25
) -> AccountPage:
    query = (
        sa.select(account)
        .where(account.c.industry == industry)
        .order_by(account.c.annualRevenue.desc(), account.c.id.desc())
        .limit(limit + 1)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    more = rows[limit - 1]["id"] if len(rows) > limit else None
    return AccountPage.model_construct(
        records=[AccountOut.model_construct(**row) for row in rows[:limit]], next=more
    )


def allow(text: str) -> None:
    """Make a token valid for a day."""
    row = {
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "user_id": new_id(),
        "expires_at": int(time.time()) + 86_400,
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(token).prefix_with("OR REPLACE"), row)


allow(os.environ.get("FLOOR_TOKEN", "floor"))
