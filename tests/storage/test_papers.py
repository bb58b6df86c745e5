"""A person is struck out of exports and other text files, and the rest of each file stays as it was."""

import json

import pytest

from bot.policy.traces import Traces
from storage.papers import papers, strike

RARE, NAME = "wxid_zq7rare", "稀奇古怪名"
TRACES = Traces(RARE, (NAME,))


def written(folder, name, content, encoding="utf-8"):
    file = folder / name
    file.write_bytes(content.encode(encoding))
    return file


def test_lines_about_them_fall_out_of_an_export(tmp_path):
    rows = [
        {"talker_id": RARE, "text": "我的话"},
        {"talker_id": "wxid_b", "text": f"问问{NAME}"},
        {"contact_id": "wxid_c", "inviter_id": RARE},
        {"talker_id": "wxid_b", "text": "别的"},
    ]
    file = written(tmp_path, "messages.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    assert strike(file, TRACES)
    left = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert left == [
        {"talker_id": "wxid_b", "text": "问问•••"},
        {"contact_id": "wxid_c", "inviter_id": "•••"},
        {"talker_id": "wxid_b", "text": "别的"},
    ]


def test_what_json_escapes_is_found_too(tmp_path):
    file = written(tmp_path, "old.jsonl", json.dumps({"talker_id": "wxid_b", "text": f"@{NAME}"}) + "\n")
    assert NAME not in file.read_text(encoding="utf-8")
    assert strike(file, TRACES)
    assert json.loads(file.read_text(encoding="utf-8")) == {"talker_id": "wxid_b", "text": "@•••"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_keeps_its_heading_its_encoding_and_its_line_breaks(tmp_path, encoding):
    table = f'contact_id,name,note\r\n{RARE},{NAME},"两\r\n行"\r\nwxid_b,安娜,"认识{NAME}，\r\n很熟"\r\n'
    file = written(tmp_path, "members.csv", table, encoding)
    assert strike(file, TRACES)
    assert file.read_bytes().decode(encoding) == 'contact_id,name,note\r\nwxid_b,安娜,"认识•••，\r\n很熟"\r\n'
    assert (encoding == "utf-8-sig") == file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_record_that_is_about_nobody_else_is_deleted(tmp_path):
    file = written(tmp_path, "one.json", json.dumps({"contact_id": RARE, "points": 5}))
    assert strike(file, TRACES)
    assert not file.exists()


def test_a_list_of_records_loses_theirs(tmp_path):
    file = written(tmp_path, "all.json", json.dumps([{"contact_id": RARE}, {"contact_id": "wxid_b", "by": RARE}]))
    assert strike(file, TRACES)
    assert json.loads(file.read_text(encoding="utf-8")) == [{"contact_id": "wxid_b", "by": "•••"}]


def test_an_old_log_keeps_every_line(tmp_path):
    file = written(tmp_path, "qunzhu.log.1", f'{{"id": "{RARE}", "message": "x"}}\n普通一行 {NAME}\n')
    assert strike(file, TRACES)
    assert file.read_text(encoding="utf-8") == '{"id": "•••", "message": "x"}\n普通一行 •••\n'


@pytest.mark.parametrize("content", ["别人的话\n", "{}\n", ""])
def test_a_file_that_does_not_name_them_is_not_touched(tmp_path, content):
    file = written(tmp_path, "x.jsonl", content)
    before = file.stat()
    assert not strike(file, TRACES)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_what_is_broken_is_struck_as_plain_text(tmp_path):
    file = written(tmp_path, "broken.json", f'{{"contact_id": "{RARE}", ')
    assert strike(file, TRACES)
    assert file.read_text(encoding="utf-8") == '{"contact_id": "•••", '


def test_text_files_are_found_in_every_folder_and_others_are_left_out(tmp_path):
    (tmp_path / "exports").mkdir()
    wanted = [written(tmp_path, "exports/a.csv", ""), written(tmp_path, "b.jsonl", "")]
    spill = written(tmp_path, "spill-main.jsonl", "")
    written(tmp_path, "qunzhu.db", "")
    written(tmp_path, "cat.png", "")
    assert sorted(papers(tmp_path, [spill])) == sorted(wanted)
