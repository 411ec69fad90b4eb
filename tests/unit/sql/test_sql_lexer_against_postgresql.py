"""Where PostgreSQL's own lexer can be watched, it cuts as ours does."""

import pytest

from katana.sql._lexer import tokens
from katana.sql._load import statements
from katana.sql._session import ServerError, Session


@pytest.mark.parametrize(
    "expression",
    [
        "1+-1",
        "2*-3",
        "1<-1",
        "'a'||'b'",
        "'it''s'",
        r"E'\'' || 'x'",
        "$q$;$q$ || ';'",
        "'a'\n'b'",
        "e'a'\n'\\'b'",
        "(ARRAY[1,2,3])[1:2]",
        "'{1,2}'::int[]<@'{1,2,3}'::int[]",
        "@ -5",
        "1_000+0x1F",
        '"typname"',
        'U&"typn\\0061me"',
        "1 /* /* ; */ ' */ + 1",
        "(SELECT 1 -- ; '\n)",
    ],
)
def test_a_blank_between_our_tokens_changes_nothing(server, expression):
    """Except where blanks are part of the meaning: a string that goes on, a prefix of a number."""
    apart = " ".join(token.text for token in tokens(expression) if token.kind != "comment" and token.text != " ")
    with Session(server.url()) as session:
        sql = "SELECT ({})::text FROM pg_type WHERE typname = 'bool'"
        assert session.rows(sql.format(expression)) == session.rows(sql.format(apart))


def test_splits_where_the_server_does_not_complain(server):
    script = """
        CREATE TABLE split_a (x text DEFAULT ';');
        CREATE FUNCTION split_f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
        CREATE FUNCTION split_g(a int) RETURNS int LANGUAGE sql
            BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 END; SELECT 3; END;
        CREATE RULE split_r AS ON INSERT TO split_a DO ALSO (SELECT 1; SELECT 2);
        SELECT 1; -- the end
    """
    pieces = [script[start:end] for start, end in statements(script)]
    assert len(pieces) == 5
    with Session(server.url()) as session:
        for piece in pieces:
            session.run(piece)
        with pytest.raises(ServerError, match="already exists"):
            session.run(pieces[0])
