"""The DAG in the Airflow of the tests: it tries again after a second, not after minutes."""

from datetime import timedelta

from pinpipeline_dag import pinpipeline_dag

dag = pinpipeline_dag("pinpipeline_test", retries=1, retry_delay=timedelta(seconds=1))
