"""What the environment calls secret is hidden wherever something is written down."""

import io
import logging

import pytest

from core.hiding import HIDDEN, hide, secrets_of, without_password
from core.logs import OneLine

PLANTED = {
    "AWS_SECRET_ACCESS_KEY": "planted-aws",
    "AWS_SESSION_TOKEN": "planted-session",
    "HF_TOKEN": "hf_planted",
    "TUNEBOARD_OIDC_CLIENT_SECRET": "planted-oidc",
    "TUNEBOARD_DATABASE_URL": "postgresql://tuneboard:planted%40db@database/tuneboard",
    "PGPASSWORD": "planted-pg",
    "HTTPS_PROXY": "http://user:planted-proxy@proxy:3128",
    "HF_TOKEN_PATH": "/root/token",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/identity",
    "DB_PASS": "planted-pass",
    "MYSQL_PWD": "planted-pwd",
    "RESTIC_PASSPHRASE": "planted phrase",
    "SMTP_PASSWORD": "/planted/begins/with/a/slash",
    "GIT_CREDENTIALS": __file__,
    "CACHE_URL": "redis://cache:6379/0?password=planted%26query&db=1",
    "STORE_DSN": "host=database user=me password=planted-dsn",
    "PWD": "/work/folder",
    "OLDPWD": "/work/elsewhere",
    "COMPASS": "north-north-west",
    "TOKENIZERS_PARALLELISM": "false",
    "PATH": "/usr/bin:/bin",
}


def test_a_name_or_an_address_says_what_is_secret() -> None:
    expected = {"planted-aws", "planted-session", "hf_planted", "planted-oidc", "planted-pg", "planted-proxy"}
    expected |= {"planted-pass", "planted-pwd", "planted phrase", "/planted/begins/with/a/slash", "planted-dsn"}
    assert secrets_of(PLANTED) == expected | {"planted%40db", "planted@db", "planted%26query", "planted&query"}


@pytest.mark.parametrize("secret", sorted(secrets_of(PLANTED)))
def test_no_secret_is_left_in_a_text(secret: str) -> None:
    assert hide(f"a message with {secret} in it", PLANTED) == f"a message with {HIDDEN} in it"


def test_an_address_loses_its_password_though_nobody_called_it_secret() -> None:
    assert hide("cannot reach https://me:word@there/x", {}) == f"cannot reach https://{HIDDEN}@there/x"
    assert without_password("https://me:word@there/x") == "https://there/x"
    assert without_password("https://there/x?mail=a@b") == "https://there/x?mail=a@b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "no answer from https://there/x?password=word&page=2",
            f"no answer from https://there/x?password={HIDDEN}&page=2",
        ),
        ("GET https://there/x?X-Amz-Signature=0f9a", f"GET https://there/x?X-Amz-Signature={HIDDEN}"),
        ("host=there password=word dbname=x", f"host=there password={HIDDEN} dbname=x"),
        ("the key=value pairs of a file", "the key=value pairs of a file"),
    ],
)
def test_a_password_in_a_query_is_hidden(said: str, shown: str) -> None:
    assert hide(said, {}) == shown


def test_a_short_word_is_not_taken_for_a_secret() -> None:
    assert hide("no, not now", {"SOME_TOKEN": "no"}) == "no, not now"


def test_a_traceback_in_the_log_hides_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_planted")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError("the token hf_planted is wrong")
    except ValueError:
        log.exception("could not ask with %s", "hf_planted")
    assert "ValueError" in stream.getvalue()
    assert "hf_planted" not in stream.getvalue()
