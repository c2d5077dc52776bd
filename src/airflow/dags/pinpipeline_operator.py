"""Runs commands of pinpipeline as tasks of Airflow 3 and 2.

Beam's own provider has BeamRunJavaPipelineOperator. It calls a jar with options alone, so there is no place for a
command such as `clean`; it fails with "return code 1" and not with the reason; it hands nothing on to other tasks; and
it leaves the process running when its task is ended. This operator is what is left when those are mended.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

try:
    from airflow.sdk import BaseHook, BaseOperator
except ImportError:  # Airflow 2
    from airflow.hooks.base import BaseHook
    from airflow.models.baseoperator import BaseOperator
try:
    from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
except ImportError:  # before Airflow 3.2
    from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException

WRONG_USE = 2
SECONDS_TO_END = 10


class PinpipelineOperator(BaseOperator):
    """Runs one command, shows what it prints in the task's log, and fails with the reason that it gives.

    :param arguments: the command and its options, such as ``["books", "--lake=s3://bucket/lake"]`` (templated)
    :param program: what is called with them, as in a shell: ``java -jar pinpipeline-direct.jar``, ``flink run
        pinpipeline-flink.jar``, ``spark-submit pinpipeline-spark.jar`` (templated)
    :param options: more options, as in a shell, such as ``--awsRegion=eu-west-1`` (templated; not logged)
    :param dataset: the one dataset that the command is to take
    :param aws_conn_id: the AWS connection whose key the command gets in its environment; none for what the machine has
        anyway, such as a role (templated)
    :param only_if: where this is empty the task is skipped (templated)
    :param is_json: whether the command prints one JSON object, which is the task's result then
    """

    template_fields: Sequence[str] = ("arguments", "program", "options", "aws_conn_id", "only_if")

    def __init__(
        self,
        *,
        arguments: Sequence[str],
        program: str,
        options: str = "",
        dataset: str | None = None,
        aws_conn_id: str = "",
        only_if: str = "yes",
        is_json: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.arguments = arguments
        self.program = program
        self.options = options
        self.dataset = dataset
        self.aws_conn_id = aws_conn_id
        self.only_if = only_if
        self.is_json = is_json
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Any) -> Any:
        if not self.only_if:
            raise AirflowSkipException("Nobody has asked for it.")
        arguments = [*shlex.split(self.program), *self.arguments]
        if self.dataset:
            arguments.append(f"--only={self.dataset}")
        self.log.info("%s", shlex.join(arguments))
        arguments += shlex.split(self.options)
        try:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env=os.environ | self._credentials(),
                start_new_session=True,
            )
        except OSError as e:
            raise AirflowFailException(f"{arguments[0]} cannot be started on this worker: {e}") from e
        try:
            out, message = self._follow(self._process)
        finally:  # a timeout comes as an exception
            self._end()
        name = f"pinpipeline {self.arguments[0]}"
        code = self._process.returncode
        if code == WRONG_USE:
            raise AirflowFailException(f"{name} was called wrongly: {message}")
        if code:
            raise AirflowException(f"{name} failed: {message or _ending(code)}")
        return json.loads("\n".join(out)) if self.is_json else None

    def on_kill(self) -> None:
        self._end()

    def _follow(self, process: subprocess.Popen[str]) -> tuple[list[str], str]:
        """Logs what the process prints until it ends; what it printed as its result, and what it said last."""
        out: list[str] = []
        said: deque[str] = deque(maxlen=1)

        def read_messages() -> None:
            for line in process.stderr or ():
                self.log.info("%s", line.rstrip())
                if line.startswith("pinpipeline: "):
                    said.append(line.removeprefix("pinpipeline: ").strip())
                elif line.startswith("  ") and said:  # one of several faults of the options
                    said.append(f"{said[0]} {line.strip()}")

        messages = threading.Thread(target=read_messages, daemon=True)
        messages.start()
        for line in process.stdout or ():
            self.log.info("%s", line.rstrip())
            if self.is_json:
                out.append(line.rstrip())
        process.wait()
        messages.join(SECONDS_TO_END)
        return out, said[0] if said else ""

    def _end(self) -> None:
        """Ends the process and what it has started."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        for ending in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, ending)
                process.wait(SECONDS_TO_END)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def _credentials(self) -> dict[str, str]:
        if not self.aws_conn_id:
            return {}
        connection = BaseHook.get_connection(self.aws_conn_id)
        extra = connection.extra_dejson
        given = {
            "AWS_ACCESS_KEY_ID": connection.login,
            "AWS_SECRET_ACCESS_KEY": connection.password,
            "AWS_SESSION_TOKEN": extra.get("aws_session_token"),
            "AWS_REGION": extra.get("region_name"),
        }
        return {name: value for name, value in given.items() if value}


class PendingOperator(PinpipelineOperator):
    """Asks what there is to clean. Its result is the names of the datasets with new objects.

    Without a single object in the input it is skipped, and so is what depends on it.

    :param full_refresh: ``true`` for the names of all datasets that have objects, new or not (templated)
    """

    template_fields: Sequence[str] = (*PinpipelineOperator.template_fields, "full_refresh")

    def __init__(self, *, full_refresh: str = "false", **kwargs: Any) -> None:
        super().__init__(is_json=True, **kwargs)
        self.full_refresh = full_refresh

    def execute(self, context: Any) -> list[str]:
        pending = super().execute(context)
        if not any(of["objects"] or of["taken"] for of in pending.values()):
            raise AirflowSkipException("The input has no objects: there is nothing to do.")
        everything = str(self.full_refresh).lower() == "true"
        names = [name for name, of in pending.items() if of["objects"] or (everything and of["taken"])]
        self.log.info("to be cleaned: %s", ", ".join(names) or "nothing, all objects have been taken")
        return names


def _ending(code: int) -> str:
    number = -code if code < 0 else code - 128  # of the process, or of what a shell has run
    try:
        return f"it was ended by {signal.Signals(number).name}; nothing that it did not commit counts"
    except ValueError:
        return f"it ended with exit code {code} and gave no reason"
