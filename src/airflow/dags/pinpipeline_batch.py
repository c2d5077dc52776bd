"""The DAG that Airflow finds. What differs from place to place stands in Airflow's variables, or here."""

from pinpipeline_dag import pinpipeline_dag

dag = pinpipeline_dag()
