"""Quantizes a model again when its data have moved: one run a day, for the data of that day.

    calibrate -> drift -> convert -> validate -> promote

`drift` compares the day's calibration state with that of the model in use; if nothing has moved beyond the limits, it skips what
follows. `validate` fails if a gate of the configuration is missed, and `promote` refuses what was not validated: the model in use
stays then. Every task may run again: what is done already says so and changes nothing.

conf/airflow/README.md tells what to set.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from datetime import datetime, timedelta, timezone

try:  # Airflow 3
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2.10
    from airflow import DAG
    from airflow.models.param import Param

try:  # Airflow 3, and Airflow 2.10 with the standard provider
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.timetables.interval import CronDataIntervalTimetable

JAR = os.environ.get("OCTANT_JAR", "/opt/octant/octant.jar")
MAIN = "io.octant.jobs.Main"
CONNECTION = os.environ.get("OCTANT_SPARK_CONNECTION", "spark_default")

# The day whose data are used. Airflow 3 has no `ds` in a run that was triggered by hand without a logical date: give `date` then.
DAY = "{{ params.date or ds }}"
CONF = "{{ params.conf }}"
# Octant itself puts the day in place of {date}.
STATE = "{{ params.root }}/state/dt={date}"
INT8 = "{{ params.root }}/int8/dt={date}"
FIGURES = "{{ params.root }}/figures/dt={date}"
CURRENT = "{{ params.root }}/current"
# The pages of these steps show how far values have moved from those behind the model in use.
MOVED = ("--set", f"output.current={CURRENT}")

# Needs no cluster. 5 means drift, and that there is nothing to compare with; 99 is Airflow's code for "skip what follows".
DRIFT = """
set -u
if [ "$FORCE" = True ]; then echo "forced: not compared"; exit 0; fi
code=0
spark-submit --master 'local[1]' --class "$MAIN" "$JAR" \\
  state diff "$CURRENT" "$STATE" --run-date "$DAY" --new-is-drift \\
  --max-psi "$MAX_PSI" --max-scale-change "$MAX_SCALE_CHANGE" || code=$?
case $code in
  0) echo "nothing has moved: the model in use stays"; exit 99 ;;
  5) exit 0 ;;
  *) exit $code ;;
esac
"""


def alert(context) -> None:
    """Says which task failed, in the log and to the URL in OCTANT_ALERT_URL (a chat's incoming webhook)."""
    task = context["task_instance"]
    text = f"{task.dag_id}.{task.task_id} failed in {task.run_id}: {context.get('exception')}"
    logging.getLogger(__name__).error(text)
    url = os.environ.get("OCTANT_ALERT_URL")
    if url:
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()


def octant(task_id: str, *arguments: str, **settings) -> SparkSubmitOperator:
    """A command of Octant on the cluster of the connection."""
    return SparkSubmitOperator(
        task_id=task_id,
        conn_id=CONNECTION,
        application=JAR,
        java_class=MAIN,
        name=f"octant {task_id} {DAY}",
        conf={"spark.executor.memory": "{{ params.executor_memory }}"},
        application_args=[*arguments, "--run-date", DAY],
        **settings,
    )


with DAG(
    dag_id="octant_requantize",
    description="Quantizes a model again when its data have moved",
    doc_md=__doc__,
    # A run covers the day before it, in Airflow 2 and 3 alike: a bare cron expression does not.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    # Days may run at once; one after another each is compared with the one before.
    max_active_runs=1,
    default_args={
        "owner": "ml-platform",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": True,
        "execution_timeout": timedelta(hours=6),
        "on_failure_callback": alert,
    },
    params={
        "conf": Param("/opt/octant/conf/mine.conf", type="string", description="Configuration, a file on the workers"),
        "root": Param("s3a://models/mine", type="string", description="Folder for states, models, figures and what is current"),
        "date": Param("", type="string", pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="Day; empty: that of the run"),
        "force": Param(False, type="boolean", description="Quantize though nothing has moved, as after another configuration"),
        "max_psi": Param(0.2, type="number", minimum=0, description="Limit on the population stability index"),
        "max_scale_change": Param(0.2, type="number", minimum=0, description="Limit on the change of a scale"),
        "executor_memory": Param("4g", type="string", description="spark.executor.memory"),
    },
    tags=["octant"],
) as dag:
    calibrate = octant("calibrate", "calibrate", CONF, "-o", STATE, *MOVED)
    drift = BashOperator(
        task_id="drift",
        bash_command=DRIFT,
        # Not in the command, so that no value of a parameter is taken for a command.
        env={
            "MAIN": MAIN,
            "JAR": JAR,
            "DAY": DAY,
            "CURRENT": CURRENT,
            "STATE": STATE,
            "FORCE": "{{ params.force }}",
            "MAX_PSI": "{{ params.max_psi }}",
            "MAX_SCALE_CHANGE": "{{ params.max_scale_change }}",
        },
        append_env=True,
        skip_on_exit_code=99,
    )
    convert = octant("convert", "convert", CONF, "--state", STATE, "-o", INT8, *MOVED)
    # A missed gate is missed the second time too.
    validate = octant("validate", "validate", CONF, "--model", INT8, "-o", FIGURES, retries=1)
    promote = octant("promote", "promote", INT8, "--validation", FIGURES, "--state", STATE, "--current", CURRENT)

    calibrate >> drift >> convert >> validate >> promote
