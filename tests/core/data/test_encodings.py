"""Each text is read in the encoding in which it was written."""

import codecs

import pytest

from core.data import read
from core.data.files.encodings import decode

FRENCH = "Le café était fermé, mais la crème brûlée était délicieuse.\nVoilà !"
GERMAN = "Die Lieferung war pünktlich, schöne Grüße aus München"
ENGLISH = "The customer’s “best” price was £20 – nice…"
CHINESE = "这家餐厅的服务非常好，我们还会再来的。\n快递太慢了"
JAPANESE = "配送が遅かったです。もう買いません"
RUSSIAN = "Привет, как дела? Доставка опоздала, товар плохой"


@pytest.mark.parametrize("text", [FRENCH, CHINESE, JAPANESE, RUSSIAN, "plain"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_known_with_and_without_a_byte_order_mark(codec, text):
    lines = f"text,label\n{text},x\n" * 3
    assert decode(lines.encode(codec), "x.csv").content.decode() == lines


def test_utf16_from_the_other_end_with_a_mark_is_known():
    assert decode(codecs.BOM_UTF16_BE + "很好,x\n".encode("utf-16-be"), "x.csv").content.decode() == "很好,x\n"


@pytest.mark.parametrize(
    ("text", "codec", "words"),
    [
        (FRENCH, "cp1252", "Windows-1252"),
        (GERMAN, "cp1252", "Windows-1252"),
        (ENGLISH, "cp1252", "Windows-1252"),
        ("une journée", "cp1252", "Windows-1252"),
        (CHINESE, "gb18030", "GB18030"),
        ("很好", "gb18030", "GB18030"),
        ("This phone 手机 is 很好 and cheap", "gb18030", "GB18030"),
        (RUSSIAN, "cp1251", "Windows-1251 (Cyrillic)"),
        (JAPANESE, "shift_jis", "Shift JIS"),
    ],
)
@pytest.mark.parametrize("times", [1, 50])
def test_older_encodings_are_told_apart(text, codec, words, times):
    lines = "text,label\n" + f"{text},x\n" * times
    decoded = decode(lines.encode(codec), "x.csv")
    assert decoded.content.decode() == lines
    assert decoded.encoding == words


@pytest.mark.parametrize(
    ("text", "codec", "words"),
    [
        (RUSSIAN, "cp1251", "Windows-1251 (Cyrillic)"),
        (FRENCH, "cp1252", "Windows-1252"),
        (CHINESE, "gb18030", "GB18030"),
        ("Zażółć gęślą jaźń", "cp1250", "Windows-1252"),  # wrong, so the word is needed
    ],
)
def test_a_guessed_encoding_says_that_it_is_a_guess(text, codec, words):
    decoded = decode(f"text,label\n{text},x\n".encode(codec), "x.csv")
    assert decoded.notes[0] == f"The encoding {words} is a guess; look whether the texts read well."


def test_a_character_cut_by_the_reading_blocks_is_whole(tmp_path):
    text = "x" * (2**20 - 14) + "很好"
    for codec in ("utf-8", "utf-16", "gb18030"):
        (tmp_path / "rows").write_bytes(f"text,label\n{text},很\n".encode(codec))
        assert read(tmp_path / "rows", "rows.csv").frame["text"][0] == text


def test_a_few_foreign_bytes_in_utf8_are_read_and_noted():
    decoded = decode("é,x\n".encode() * 50 + b"caf\xe9,y\n", "x.csv")
    assert decoded.content.decode().endswith("café,y\n")
    assert decoded.notes == ("1 place is not UTF-8 (the first in line 51); read there as Windows-1252.",)


def test_bytes_without_a_meaning_are_kept_and_noted():
    decoded = decode(b"text,label\ncaf\xe9 \x81,x\n", "x.csv")
    assert decoded.content.decode() == "text,label\ncafé \x81,x\n"
    assert decoded.notes == (
        "The encoding Windows-1252 is a guess; look whether the texts read well.",
        "1 byte means nothing in Windows-1252 (the first in line 2). The file may have been damaged before.",
    )


def test_one_nul_byte_does_not_make_a_file_utf16():
    content = b"text,label\n" + b"good film,pos\n" * 20 + b"bad\0film,neg\n"
    assert decode(content, "x.csv").encoding == "UTF-8"
    assert decode(content + b"x", "x.csv").encoding == "UTF-8"
