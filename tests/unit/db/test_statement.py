"""Statements: what compiling gives the driver on each dialect."""

import pytest
import sqlalchemy as sa

from paas.db import Statement, compile_statement, one_of, text_statement

THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text(collation="C")),
    sa.Column("size", sa.Integer),
)


def test_sqlite_parameters_are_positional_in_the_order_of_the_text():
    query = sa.select(THING.c.id).where(
        THING.c.name == sa.bindparam("name"), THING.c.size > sa.bindparam("size")
    )
    statement = compile_statement(query, "sqlite")
    assert statement.names == ("name", "size")
    assert statement.bind({"size": 3, "name": "a", "unused": 0}) == ("a", 3)
    assert statement.bind(("a", 3)) == ("a", 3)


def test_postgresql_parameters_stay_named():
    query = sa.select(THING.c.id).where(THING.c.name == sa.bindparam("name"))
    statement = compile_statement(query, "postgresql")
    assert statement.names is None
    assert "%(name)s" in statement.text
    assert statement.bind({"name": "a"}) == {"name": "a"}


def test_one_parameter_used_twice_is_given_once():
    query = sa.text("SELECT :x + :x")
    assert compile_statement(query, "sqlite").bind({"x": 1}) == (1, 1)


def test_constants_of_the_clause_come_along():
    query = sa.select(THING.c.id).where(THING.c.size == 7, THING.c.name == sa.bindparam("name"))
    assert compile_statement(query, "sqlite").bind({"name": "a"}) == (7, "a")
    assert compile_statement(query, "postgresql").bind({"name": "a"}) == {"size_1": 7, "name": "a"}


def test_constants_are_given_as_the_driver_takes_them():
    clause = sa.select(sa.literal({"a": 1}, sa.JSON()), sa.literal(None))
    assert compile_statement(clause, "sqlite").bind({}) == ('{"a": 1}', None)


def test_constant_lists_are_spelled_out():
    query = sa.select(THING.c.id).where(THING.c.name.in_(["a", "b"]))
    assert compile_statement(query, "sqlite").bind({}) == ("a", "b")
    assert len(compile_statement(query, "postgresql").constants) == 2


def test_lists_of_unknown_length_are_refused():
    query = sa.select(THING.c.id).where(THING.c.name.in_(sa.bindparam("names", expanding=True)))
    with pytest.raises(ValueError, match="one_of"):
        compile_statement(query, "sqlite")


def test_one_of_is_one_text_for_any_length():
    query = sa.select(THING.c.id).where(one_of(THING.c.name, "names"), THING.c.size > 1)
    sqlite = compile_statement(query, "sqlite")
    assert "thing.name IN (SELECT value FROM json_each(?)) AND" in sqlite.text
    assert sqlite.bind({"names": ["a", "客户"]}) == ('["a", "客户"]', 1)
    postgresql = compile_statement(query, "postgresql")
    assert "thing.name = ANY(%(names)s::TEXT[])" in postgresql.text


def test_columns_limit_an_insert():
    statement = compile_statement(sa.insert(THING), "sqlite", columns=["size", "id"])
    assert statement.text == "INSERT INTO thing (id, size) VALUES (?, ?)"


def test_insert_asks_for_nothing_back():
    table = sa.Table("counted", sa.MetaData(), sa.Column("n", sa.Integer, sa.Identity()))
    assert "RETURNING" not in compile_statement(sa.insert(table), "postgresql").text


def test_ddl_compiles():
    statement = compile_statement(sa.schema.CreateTable(THING), "sqlite")
    assert statement.text.startswith("CREATE TABLE thing")


def test_statements_without_parameters_bind_nothing():
    assert Statement("SELECT 1", ()).bind(()) == ()
    assert Statement("SELECT 1").bind(()) == {}


def test_positional_parameters_are_refused_where_constants_are():
    statement = compile_statement(sa.select(THING.c.id).where(THING.c.size == 7), "sqlite")
    with pytest.raises(TypeError):
        statement.bind((1,))


def test_unknown_dialect_is_refused():
    with pytest.raises(ValueError, match="oracle"):
        compile_statement(sa.select(1), "oracle")


def test_odd_parameter_names_are_refused():
    query = sa.select(THING.c.id).where(THING.c.name == sa.bindparam("user(name)"))
    with pytest.raises(ValueError, match="plain"):
        compile_statement(query, "postgresql")


def test_text_names_tables_in_the_schema():
    sql = "SELECT login FROM {paas_credential} WHERE user_id = :id"
    sqlite = text_statement(sql, dialect="sqlite", schema=None)
    assert sqlite.text == "SELECT login FROM paas_credential WHERE user_id = ?"
    postgresql = text_statement(sql, dialect="postgresql", schema="tenant")
    assert 'FROM "tenant".paas_credential WHERE user_id = %(id)s' in postgresql.text
