"""An Airflow of its own for the tests, with the DAGs dropped in as users drop them in, and a lake for each test."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULE = Path(__file__).resolve().parents[1]
CHECKOUT = MODULE.parents[1]
JAR = CHECKOUT / "runners/direct/target/pinpipeline-direct.jar"
# As a worker of Airflow would be told; what it does without is what only long runs gain from.
PROGRAM = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(JAR)]
MINUTES_FOR_A_RUN = 8
POSTS = 1000

# Airflow's folder, with the DAGs in it as users drop them in, and once more with less patience.
HOME = Path(os.environ["AIRFLOW_HOME"])
shutil.copytree(MODULE / "dags", HOME / "dags", ignore=shutil.ignore_patterns("__pycache__"))
shutil.copy(MODULE / "tests/hasty.py", HOME / "dags")
sys.path.insert(0, str(HOME / "dags"))


@dataclass(frozen=True)
class Run:
    """A run of the DAG, as Airflow's database has it."""

    state: str
    output: str
    # by task, and for mapped ones by the dataset
    states: dict[str, str]
    tries: dict[str, int]
    results: dict[str, object]


def pinpipeline(*arguments: str) -> str:
    return subprocess.run([*PROGRAM, *arguments], check=True, capture_output=True, text=True, timeout=300).stdout


def airflow(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    names = {f"AIRFLOW_VAR_PINPIPELINE_{name.upper()}": value for name, value in variables.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "airflow", *arguments],
        env=os.environ | names,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def query(sql: str, *values: object) -> list[tuple]:
    with sqlite3.connect(HOME / "airflow.db") as database:
        return database.execute(sql, values).fetchall()


class Lake:
    """Raw posts, and a lake that a run of the DAG makes of them."""

    def __init__(self, folder: Path, posts: Path) -> None:
        self.input = posts
        self.path = folder / "lake"
        self.page: Path | str = ""

    def start(self, day: str) -> subprocess.Popen[str]:
        """Begins the run of a day, as `airflow dags test` does: the tasks one after the other, in its own process."""
        return airflow(
            "dags",
            "test",
            "pinpipeline_test",
            day,
            program=" ".join(PROGRAM),
            input=str(self.input),
            lake=str(self.path),
            report=str(self.page),
            options="--targetParallelism=2",
        )

    def run(self, day: str) -> Run:
        return finished(self.start(day))

    def digests(self) -> str:
        return pinpipeline("digest", f"--lake={self.path}")


def finished(process: subprocess.Popen[str]) -> Run:
    output, _ = process.communicate(timeout=MINUTES_FOR_A_RUN * 60)
    print(output)
    ((dag, run, state),) = query("SELECT dag_id, run_id, state FROM dag_run ORDER BY id DESC LIMIT 1")
    tasks = query(
        "SELECT task_id, map_index, state, try_number FROM task_instance WHERE dag_id = ? AND run_id = ?", dag, run
    )
    names = {(task, index): task if index < 0 else f"{task} {index}" for task, index, _, _ in tasks}
    results = query(
        "SELECT task_id, map_index, value FROM xcom WHERE dag_id = ? AND run_id = ? AND key = 'return_value'", dag, run
    )
    return Run(
        state=state,
        output=output,
        states={names[task, index]: its_state for task, index, its_state, _ in tasks},
        tries={names[task, index]: tries for task, index, _, tries in tasks},
        results={names[task, index]: _value(value) for task, index, value in results},
    )


def _value(stored: object) -> object:
    value = json.loads(stored)
    return json.loads(value) if isinstance(value, str) else value


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Airflow's database, with what Airflow makes of the DAGs."""
    for arguments in (["db", "migrate"], ["dags", "reserialize"]):
        process = airflow(*arguments)
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output


@pytest.fixture(scope="session")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("posts")
    pinpipeline("generate", f"--posts={POSTS}", f"--output={folder}")
    return folder


@pytest.fixture
def lake(tmp_path: Path, posts: Path) -> Lake:
    return Lake(tmp_path, posts)


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory, posts: Path) -> Lake:
    """A lake made without Airflow."""
    made = Lake(tmp_path_factory.mktemp("quiet"), posts)
    pinpipeline("clean", f"--input={made.input}", f"--lake={made.path}")
    return made
