"""The batch as a DAG, for one lake. `pinpipeline_batch.py` makes the one that Airflow finds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from pinpipeline_operator import PendingOperator, PinpipelineOperator

try:
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2
    from airflow.models.dag import DAG
    from airflow.models.param import Param


def pinpipeline_dag(
    dag_id: str = "pinpipeline_batch",
    *,
    variables: str = "pinpipeline",
    source: str | None = None,
    schedule: Any = "@daily",
    start_date: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup: bool = False,
    cleaned_at_a_time: int = 3,
    retries: int = 3,
    retry_delay: timedelta = timedelta(minutes=5),
    task_timeout: timedelta = timedelta(hours=6),
    run_timeout: timedelta = timedelta(hours=20),
) -> DAG:
    """Cleans what is new, checks the books, stores the answers in gold/ and removes what killed runs left.

    Where things are is said by Airflow variables, read when a task runs:

    - ``<variables>_program``: what runs a command, such as ``java -Xmx1g -jar /opt/pinpipeline-direct.jar``
    - ``<variables>_input`` and ``<variables>_lake``: the raw objects and the tables
    - ``<variables>_report``: where a page of the lake goes, such as ``s3://bucket/lake.html`` (may be left out)
    - ``<variables>_options``: more options for every command (may be left out)
    - ``<variables>_aws_conn_id``: an AWS connection (may be left out)

    :param source: the input in place of the variable; a template, so that a run can take what is its day's own, such as
        ``s3://bucket/raw/{{ ds }}``
    :param catchup: whether the days since ``start_date`` that have no run get one
    :param cleaned_at_a_time: each takes the memory of a JVM of its own
    :param run_timeout: vacuum removes unfinished files after 7 days, so it has to be shorter by far
    """
    source = source or f"{{{{ var.value.{variables}_input }}}}"
    lake = f"--lake={{{{ var.value.{variables}_lake }}}}"
    full_refresh = "{{ '--fullRefresh=' ~ params.full_refresh | lower }}"
    with DAG(
        dag_id,
        description="Raw posts to clean Delta tables and answers",
        doc_md=pinpipeline_dag.__doc__,
        schedule=schedule,
        start_date=start_date,
        catchup=catchup,
        # Of two runs that write to a dataset one fails, and the first arrival must not depend on who is faster.
        max_active_runs=1,
        dagrun_timeout=run_timeout,
        params={
            "full_refresh": Param(False, type="boolean", description="Builds the tables anew from all of the input.")
        },
        default_args={
            "program": f"{{{{ var.value.{variables}_program }}}}",
            "options": f"{{{{ var.value.get('{variables}_options', '') }}}}",
            "aws_conn_id": f"{{{{ var.value.get('{variables}_aws_conn_id', '') }}}}",
            # What a run did not commit does not count, and what it committed is not taken twice.
            "retries": retries,
            "retry_delay": retry_delay,
            "execution_timeout": task_timeout,
        },
        tags=["pinpipeline"],
    ) as dag:
        pending = PendingOperator(
            task_id="pending",
            arguments=["pending", f"--input={source}", lake, "--format=json"],
            full_refresh="{{ params.full_refresh }}",
        )
        clean = PinpipelineOperator.partial(
            task_id="clean",
            arguments=["clean", f"--input={source}", lake, full_refresh, "--format=json"],
            is_json=True,
            max_active_tis_per_dagrun=cleaned_at_a_time,
            map_index_template="{{ task.dataset }}",
        ).expand(dataset=pending.output)
        books = PinpipelineOperator(
            task_id="books",
            arguments=["books", lake, "--format=json"],
            is_json=True,
            # Also where nothing was new: a run before this one may have stopped here.
            trigger_rule="none_failed_min_one_success",
        )
        query = PinpipelineOperator(task_id="query", arguments=["query", lake, "--write"])
        page = f"{{{{ var.value.get('{variables}_report', '') }}}}"
        report = PinpipelineOperator(task_id="report", arguments=["report", lake, f"--output={page}"], only_if=page)
        vacuum = PinpipelineOperator(task_id="vacuum", arguments=["vacuum", lake])

        pending >> [clean, books]
        clean >> books >> query >> [report, vacuum]
    return dag
