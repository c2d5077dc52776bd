"""How commands of all kinds end as tasks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest
from conftest import PROGRAM
from pinpipeline_operator import AirflowException, AirflowFailException, PinpipelineOperator


def operator(*arguments: str, program: str = shlex.join(PROGRAM), **more: object) -> PinpipelineOperator:
    return PinpipelineOperator(task_id="task", arguments=list(arguments), program=program, **more)


def shell(script: str) -> str:
    return shlex.join(["sh", "-c", script])


def test_fails_with_the_reason_that_the_command_gives(tmp_path: Path) -> None:
    with pytest.raises(AirflowException, match=r"^pinpipeline books failed: There are no tables in .*none") as failure:
        operator("books", f"--lake={tmp_path}/none").execute({})
    assert not isinstance(failure.value, AirflowFailException)


def test_is_not_tried_again_where_its_options_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(AirflowFailException) as failure:
        operator("clean", "--input=,", f"--lake={tmp_path}", options="--awsRegoin=eu-west-1", dataset="board").execute(
            {}
        )
    for fault in ("--input: it is empty", "--only: there is no dataset", "did you mean --awsRegion?"):
        assert fault in str(failure.value)


def test_is_not_tried_again_where_there_is_no_program() -> None:
    with pytest.raises(AirflowFailException, match="/nowhere/java cannot be started on this worker"):
        operator("books", program="/nowhere/java -jar x.jar").execute({})


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("kill -9 $$", "it was ended by SIGKILL"),
        ("exit 143", "it was ended by SIGTERM"),
        ("exit 7", "it ended with exit code 7 and gave no reason"),
    ],
)
def test_tells_how_a_command_ended_that_gives_no_reason(script: str, message: str) -> None:
    with pytest.raises(AirflowException, match=message):
        operator("clean", program=shell(script)).execute({})


@pytest.mark.parametrize("ending", ["killed", "timed out"])
def test_takes_its_process_and_what_that_started_along_when_it_is_ended(tmp_path: Path, ending: str) -> None:
    pids = tmp_path / "pids"
    task = operator("clean", program=shell(f"sleep 600 & echo $! > {pids}; echo $$ >> {pids}; wait"))

    def end_it() -> None:
        while not (pids.exists() and len(pids.read_text().split()) == 2):
            time.sleep(0.02)
        if ending == "killed":
            task.on_kill()
        else:
            os.kill(os.getpid(), signal.SIGALRM)

    def time_out(*_: object) -> None:  # as Airflow does it
        raise TimeoutError("it took too long")

    before = signal.signal(signal.SIGALRM, time_out)
    try:
        threading.Thread(target=end_it, daemon=True).start()
        with pytest.raises(Exception, match="ended by SIGTERM" if ending == "killed" else "took too long"):
            task.execute({})
    finally:
        signal.signal(signal.SIGALRM, before)
    end = time.monotonic() + 30
    for pid in (int(line) for line in pids.read_text().split()):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end, f"{pid} is still there"
            time.sleep(0.05)


def test_hands_the_key_of_a_connection_to_the_command_and_shows_it_nowhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    connection = {"conn_type": "aws", "login": "key", "password": "hush", "extra": {"region_name": "eu-west-1"}}
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", json.dumps(connection))
    seen = tmp_path / "seen"
    script = f"printenv AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION > {seen}; echo '{{\"written\": true}}'"
    assert operator("clean", program=shell(script), aws_conn_id="lake", is_json=True).execute({}) == {"written": True}
    assert seen.read_text().split() == ["key", "hush", "eu-west-1"]
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ
    shown = capfd.readouterr()
    log = caplog.text + shown.out + shown.err
    assert "printenv" in log
    assert "hush" not in log
