"""Whole runs of the DAG: a real Airflow, the real bundle, real tables."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psutil
from conftest import Lake, finished, pinpipeline

SUCCESS = {"pending", "clean 0", "clean 1", "clean 2", "books", "query", "report", "vacuum"}


def test_makes_the_tables_and_done_again_changes_nothing(lake: Lake, quiet: Lake, tmp_path: Path) -> None:
    lake.page = tmp_path / "lake.html"
    first = lake.run("2026-01-01")
    assert first.state == "success"
    assert first.states == dict.fromkeys(SUCCESS, "success")
    assert lake.digests() == quiet.digests()
    assert first.results["pending"] == ["pin", "geo", "user"]
    books = json.loads(pinpipeline("books", f"--lake={quiet.path}", "--format=json"))
    for index, dataset in enumerate(first.results["pending"]):
        (cleaned,) = (first.results[f"clean {index}"],)
        assert list(cleaned) == [dataset]
        for count in ("read", "clean", "duplicates", "deadLetters", "deadLettersByCode"):
            assert cleaned[dataset][count] == books[dataset][count]
            assert first.results["books"][dataset][count] == books[dataset][count]
        assert cleaned[dataset]["run"] == first.results["books"][dataset]["lastRun"]["run"]
    answers = sorted(path.name for path in (lake.path / "gold").iterdir())
    assert len(answers) == 9
    assert "<html" in lake.page.read_text()

    lake.page = ""
    second = lake.run("2026-01-02")
    assert second.state == "success"
    assert second.results["pending"] == []
    assert second.states == dict.fromkeys(["pending", "books", "query", "vacuum"], "success") | {
        "clean": "skipped",
        "report": "skipped",
    }
    assert second.results["books"] == first.results["books"]
    assert lake.digests() == quiet.digests()


def test_a_task_that_is_killed_is_tried_again_and_nothing_is_lost_or_doubled(lake: Lake, quiet: Lake) -> None:
    lake.page = lake.path.parent / "lake.html"
    airflow = lake.start("2026-01-01")
    kill_while_it_cleans("geo", lake.path, airflow.pid)
    run = finished(airflow)
    assert "pinpipeline clean failed: it was ended by SIGKILL" in run.output
    assert run.state == "success"
    assert run.states == dict.fromkeys(SUCCESS, "success")
    assert run.tries == {task: 2 if task == "clean 1" else 1 for task in SUCCESS}
    assert lake.digests() == quiet.digests()


def kill_while_it_cleans(dataset: str, lake: Path, parent: int) -> None:
    """Kills the JVM with SIGKILL once it has begun to write data files."""
    end = time.monotonic() + 300
    found = None
    while found is None:
        assert time.monotonic() < end, "no JVM has begun to clean"
        for process in psutil.Process(parent).children(recursive=True):
            try:
                if f"--only={dataset}" in process.cmdline():
                    found = process
            except psutil.Error:
                continue
        time.sleep(0.05)
    table = lake / "silver" / dataset
    while not (table.is_dir() and any("part-" in path.name for path in table.iterdir())):
        assert found.is_running(), "it has ended before it could be killed"
        assert time.monotonic() < end, "no data file was begun"
    found.kill()


def test_books_that_do_not_agree_fail_the_run_with_the_numbers(lake: Lake) -> None:
    pinpipeline("clean", f"--input={lake.input}", f"--lake={lake.path}")
    rows = remove_all_rows(lake.path / "silver/user")
    run = lake.run("2026-01-01")
    assert run.state == "failed"
    assert run.states == {
        "pending": "success",
        "clean": "skipped",
        "books": "failed",
        "query": "upstream_failed",
        "report": "upstream_failed",
        "vacuum": "upstream_failed",
    }
    assert run.tries["books"] == 2
    assert (
        "pinpipeline books failed: The books and the tables do not agree."
        f" user: the books have {rows} clean rows, the table has 0 ({rows} missing)."
    ) in run.output
    assert not (lake.path / "gold").exists()


def remove_all_rows(table: Path) -> int:
    """Commits what Delta writes where a DELETE takes whole files."""
    log = table / "_delta_log"
    versions = sorted(path for path in log.iterdir() if path.suffix == ".json")
    added = [json.loads(line)["add"] for line in versions[-1].read_text().splitlines() if line.startswith('{"add"')]
    assert added
    now = int(time.time() * 1000)
    removed = [
        {"remove": {"path": add["path"], "deletionTimestamp": now, "dataChange": True, "size": add["size"]}}
        for add in added
    ]
    commit = [{"commitInfo": {"timestamp": now, "operation": "DELETE", "operationParameters": {}}}, *removed]
    (log / f"{len(versions):020}.json").write_text("\n".join(json.dumps(action) for action in commit) + "\n")
    return sum(json.loads(add["stats"])["numRecords"] for add in added)


def test_an_input_without_objects_is_skipped(lake: Lake, tmp_path: Path) -> None:
    lake.input = tmp_path / "nothing"
    run = lake.run("2026-01-01")
    assert run.state == "success"
    assert set(run.states.values()) == {"skipped"}
    assert "The input has no objects: there is nothing to do." in run.output
    assert not lake.path.exists()
