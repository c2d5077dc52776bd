"""What the DAG promises before it runs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from conftest import CHECKOUT, HOME, query

try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # Airflow 2
    from airflow.models.dagbag import DagBag


@pytest.fixture(scope="module")
def dags() -> DagBag:
    return DagBag(HOME / "dags")


def test_imports_without_errors_and_warnings(dags: DagBag) -> None:
    assert dags.import_errors == {}
    assert dags.captured_warnings == {}
    assert sorted(dags.dags) == ["pinpipeline_batch", "pinpipeline_test"]


def test_is_found_by_airflow_itself() -> None:
    assert query("SELECT * FROM import_error") == []
    assert query("SELECT DISTINCT dag_id FROM serialized_dag ORDER BY dag_id") == [
        ("pinpipeline_batch",),
        ("pinpipeline_test",),
    ]


def test_is_what_the_docs_draw(dags: DagBag) -> None:
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", (CHECKOUT / "docs/deploy.md").read_text(), re.DOTALL)
    drawn = set(re.findall(r"(\w+)(?:\[.*?\])? --> (\w+)", drawing))
    assert len(drawn) >= 5
    dag = dags.dags["pinpipeline_batch"]
    assert {(task.task_id, other) for task in dag.tasks for other in task.downstream_task_ids} == drawn


def test_runs_once_a_day_one_at_a_time_and_tries_again(dags: DagBag) -> None:
    dag = dags.dags["pinpipeline_batch"]
    assert dag.max_active_runs == 1
    assert dag.catchup is False
    # a vacuum takes files of a run that is under way for seven days for left behind
    assert dag.dagrun_timeout < timedelta(days=7)
    for task in dag.tasks:
        assert task.retries > 0
        assert task.execution_timeout < dag.dagrun_timeout
