"""The encoding of text that is not UTF-8 is guessed from its letters."""

import unicodedata

import pytest

from skloss.table import read_table
from skloss.table.encodings import (
    ENCODINGS,
    damage,
    guess_encoding,
    samples,
)
from tests.table.readings import notices_of

TEXTS = {
    "German": ("cp1252", "Köln,Düren,Größe,Österreich,Übung"),
    "German of a Mac": ("mac_roman", "Köln,Düren,Größe,Österreich,Übung"),
    "French": ("cp1252", "père,être,ça va,Noël,à côté,œuvre,Île"),
    "Spanish": ("cp1252", "año,niño,está,¿qué?,corazón"),
    "Italian": ("cp1252", "città,perché,più,però,così"),
    "Portuguese": ("cp1252", "São Paulo,informação,não,três,avô"),
    "Danish": ("cp1252", "København,Århus,rød grød,blåbær"),
    "Polish": ("cp1250", "Łódź,Kraków,Gdańsk,żółty,Wrocław"),
    "Czech": ("cp1250", "Plzeň,město,příliš,Ústí,žluťoučký kůň"),
    "Russian": ("cp1251", "Москва,город,цена,Казань,Санкт-Петербург"),
    "Russian in KOI8": ("koi8_r", "Москва,город,цена,Казань,Санкт-Петербург"),
    "Bulgarian": ("cp1251", "София,град,цена"),
    "Greek": ("cp1253", "Αθήνα,πόλη,τιμή,Θεσσαλονίκη"),
    "Chinese": ("gb18030", "北京,上海,广州,价格,城市,深圳"),
    "Japanese": ("cp932", "東京,大阪,価格,都市,こんにちは,テスト"),
    "Korean": ("euc_kr", "서울,부산,대구,가격,도시,이름"),
    "Hebrew": ("cp1255", "דוד,ירושלים,תל אביב,מחיר,עיר"),
    "Arabic": ("cp1256", "محمد,القاهرة,بغداد,السعر,المدينة"),
    "Thai": ("cp874", "สมชาย,กรุงเทพ,เชียงใหม่,ราคา,ภูเก็ต"),
    "Turkish": ("cp1254", "İstanbul,kağıt,çiçek,şeker,üzüm,Iğdır"),
    "Lithuanian": ("cp1257", "Šiauliai,Panevėžys,Kėdainiai,Žąsliai"),
    "Ukrainian in KOI8": ("koi8_u", "місто,ціна,Київ,Львів"),
    "Czech of ISO": ("iso8859_2", "Plzeň,město,příliš,Žďár,Šumperk"),
    "Russian of ISO": ("iso8859_5", "Москва,город,цена,Казань"),
    "Arabic of ISO": ("iso8859_6", "محمد,القاهرة,بغداد,السعر"),
    "French of DOS": ("cp850", "Éric,Orléans,Hélène,Besançon,Zoë"),
    "Czech of DOS": ("cp852", "Plzeň,město,příliš,Žďár"),
    "Russian of DOS": ("cp866", "Москва,город,цена,Казань"),
    "Japanese of Unix": ("euc_jp", "東京,大阪,価格,こんにちは,テスト"),
    "traditional Chinese": ("big5", "臺北,高雄,價格,城市,中文"),
}


@pytest.mark.parametrize(("encoding", "text"), TEXTS.values(), ids=TEXTS)
def test_words_of_a_language_show_the_encoding(encoding, text):
    data = f"name,size\n{text}\n".encode(encoding)
    assert guess_encoding(data) == encoding


@pytest.mark.parametrize(("encoding", "text"), TEXTS.values(), ids=TEXTS)
def test_columns_of_such_files_are_read_as_they_were_written(encoding, text):
    words = text.split(",")
    lines = "".join(f"{word},{k}\n" for k, word in enumerate(words))
    frame = read_table(f"name,size\n{lines}".encode(encoding))
    assert frame["name"].tolist() == words
    assert frame.attrs["guesses"]["encoding"] == encoding


def test_an_encoding_that_cannot_decode_the_end_of_a_file_is_not_taken():
    text = "Köln,Größe\n" * 6_500
    data = text.encode("cp1252")
    assert guess_encoding(data) == "cp1252"
    assert guess_encoding(data + b"\x81\n") != "cp1252"  # not defined in cp1252


def test_any_bytes_are_read_somehow():
    data = bytes(range(128, 256))
    assert len(data.decode(guess_encoding(data))) == 128
    assert guess_encoding(b"\xf9\xcf\xdf\xd4\xfc\xa4\x8d\x84") == "latin-1"


def test_letters_that_are_valid_in_utf_8_are_not_taken_for_thai():
    assert guess_encoding("ré,é\n".encode() * 4 + b"\xe9\n") == "cp1252"


def test_the_notice_offers_what_other_encodings_make_of_a_value():
    notice = notices_of("město,počet\nPlzeň,1\nBrno,2\n".encode("cp1250"))
    assert "This value is read in" in notice
    assert "cp1250" in notice
    assert "“město”" in notice


def test_a_sure_encoding_is_stated_without_alternatives():
    data = "Stadt,Wert\nKöln,1\nDüren,2\n".encode("cp1252")
    assert notices_of(data) == (
        "The file is not UTF-8 and was read as cp1252 (Western European), as in "
        "“Köln”; if letters look wrong, override the encoding."
    )
    assert notices_of(data, encoding="cp1252") == ""


def test_samples_begin_with_the_chosen_encoding_and_differ():
    found = samples("a,Größe\n".encode("cp1252"), "cp1252", at_most=2)
    assert next(iter(found.items())) == ("cp1252", "Größe")
    assert len(found) == len(set(found.values())) <= 3
    assert set(found) <= set(ENCODINGS)
    assert samples(b"a,b\n", "cp1252") == {}


def test_damaged_bytes_of_a_file_in_utf_8_are_counted_and_the_rest_is_kept():
    good, damaged = "Ödön,1\n".encode(), "Ödön,2\n".encode("latin-1")
    data = b"name,size\n" + 30 * good + damaged
    assert damage(data) == (2, 32)
    frame = read_table(data)
    assert frame["name"].tolist() == 31 * ["Ödön"]
    assert frame.attrs["guesses"]["encoding"] == "utf-8"
    sentence = "2 bytes of the file are not UTF-8, the first in line 32; they were read"
    assert sentence in notices_of(data)
    assert sentence in notices_of(data, encoding="utf-8")
    assert read_table(data, encoding="cp1252")["name"].tolist()[0] == "Ã–dÃ¶n"
    assert damage(30 * damaged) == damage(good) == (0, 0)


def test_a_replacement_character_in_a_file_is_no_damage():
    assert damage("Ödön\ufffd,1\n".encode() * 30) == (0, 0)


def test_a_letter_at_the_end_of_what_is_judged_is_no_damage(monkeypatch):
    monkeypatch.setattr("skloss.table.encodings._BYTES_JUDGED", 101)
    assert damage(("é" * 100).encode()) == (0, 0)
    assert damage(b"\xe9" + ("é" * 100).encode()) == (1, 1)


def in_cp1258(text):
    """Return Vietnamese as Windows writes it: tones follow their letters as marks."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = []
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        shape = "".join(mark for mark in marks if mark not in tones)
        written.append(unicodedata.normalize("NFC", base + shape))
        written += [mark for mark in marks if mark in tones]
    return "".join(written).encode("cp1258")


VIETNAMESE = ["Nguyễn Văn Đức", "Trần Thị Bình", "Đà Nẵng", "Hồ Chí Minh", "Vũ Ngọc Ẩn"]


def test_vietnamese_is_read_with_its_tones_on_the_letters():
    lines = [b"ten,tuoi", *(in_cp1258(f"{name},{30}") for name in VIETNAMESE)]
    frame = read_table(b"\n".join(lines))
    assert frame["ten"].tolist() == VIETNAMESE
    assert frame.attrs["guesses"]["encoding"] == "cp1258"
    assert "(Vietnamese)" in notices_of(b"\n".join(lines))


# Ministries and towns, of which none has a syllable in kana.
KANJI = "都市,東京,大阪,名古屋,京都,横浜,神戸,福岡,広島,仙台,札幌,北九州,千葉"


def test_characters_without_kana_show_japanese_if_they_are_many():
    assert guess_encoding(f"{KANJI}\n".encode("euc_jp")) == "euc_jp"
    chinese = "城市,北京,上海,广州,深圳,成都,重庆,武汉,西安,南京,杭州,郑州,沈阳,苏州"
    assert guess_encoding(f"{chinese}\n".encode("gb2312")) == "gb18030"
    korean = "도시,서울,부산,대구,인천,광주,대전,울산,수원,창원,고양,용인,성남,청주"
    assert guess_encoding(f"{korean}\n".encode("euc_kr")) == "euc_kr"
