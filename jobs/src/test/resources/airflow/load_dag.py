"""Loads a DAG file against a small stand-in of what it imports of Airflow, and prints what a run of it would submit, as JSON.

    load_dag.py 2|3 DAG_FILE CONTEXT

CONTEXT is a JSON object: `ds`, `params` (overriding those of the DAG), `master` (of the connection), and `alert`, a task that
has failed. The stand-in takes the
arguments that Airflow 2.10 and 3 take, and no others; it renders templates in the fields that they render, and finds templates in
others. What a template may be: {{ a.b or c }}.
"""

import json
import re
import sys
import types

TEMPLATE = re.compile(r"\{\{(.*?)\}\}")
CURRENT = []


class Param:
    TYPES = {"string": str, "boolean": bool, "number": (int, float)}

    def __init__(self, default, *, description=None, type=None, pattern=None, minimum=None):
        self.type, self.pattern, self.minimum = type, pattern, minimum
        self.default = self.check(default)

    def check(self, value):
        assert isinstance(value, self.TYPES[self.type]), value
        assert self.pattern is None or re.fullmatch(self.pattern, value), value
        assert self.minimum is None or value >= self.minimum, value
        return value


class CronDataIntervalTimetable:
    def __init__(self, cron, timezone):
        assert len(cron.split()) == 5 and isinstance(timezone, str)
        self.cron, self.timezone = cron, timezone


class DAG:
    def __init__(self, dag_id, *, description=None, schedule=None, start_date=None, catchup=None, max_active_runs=None,
                 default_args=None, params=None, doc_md=None, tags=None):
        assert start_date.tzinfo is not None and catchup is not None
        self.dag_id, self.schedule, self.max_active_runs = dag_id, schedule, max_active_runs
        self.default_args, self.params, self.tasks = default_args or {}, params or {}, {}

    def __enter__(self):
        CURRENT.append(self)
        return self

    def __exit__(self, *failure):
        CURRENT.pop()


class BaseOperator:
    COMMON = ("owner", "retries", "retry_delay", "retry_exponential_backoff", "execution_timeout", "on_failure_callback")
    template_fields = ()

    def __init__(self, *, task_id, **common):
        unknown = set(common) - set(self.COMMON)
        assert not unknown, f"{task_id}: {unknown}"
        self.dag = CURRENT[-1]
        self.task_id, self.upstream = task_id, []
        self.settings = {**self.dag.default_args, **common}
        assert task_id not in self.dag.tasks
        self.dag.tasks[task_id] = self

    def __rshift__(self, other):
        other.upstream.append(self.task_id)
        return other

    def rendered(self, context):
        for name, value in list(vars(self).items()):
            if name in self.template_fields:
                setattr(self, name, render(value, context))
            elif name not in ("dag", "settings") and "{{" in json.dumps(value, default=str):
                raise AssertionError(f"{self.task_id}.{name} is no template: {value}")
        return self


class BashOperator(BaseOperator):
    template_fields = ("bash_command", "env", "cwd")

    def __init__(self, *, bash_command, env=None, append_env=False, skip_on_exit_code=99, cwd=None, **common):
        super().__init__(**common)
        assert not bash_command.endswith((".sh", ".bash")), "Airflow takes this for a file"
        self.bash_command, self.env, self.append_env, self.cwd = bash_command, env, append_env, cwd
        self.skip_on_exit_code = skip_on_exit_code

    def command(self, context):
        assert self.append_env
        return {"command": ["bash", "-c", self.bash_command], "env": self.env, "skip": self.skip_on_exit_code}


class SparkSubmitOperator(BaseOperator):
    """The fields of its provider, and the command line that its hook makes of them."""

    template_fields = ("application", "conf", "files", "py_files", "jars", "driver_class_path", "packages", "exclude_packages",
                       "keytab", "principal", "proxy_user", "name", "application_args", "env_vars", "properties_file")

    def __init__(self, *, application="", conf=None, conn_id="spark_default", java_class=None, name="arrow-spark",
                 application_args=None, env_vars=None, **common):
        super().__init__(**common)
        self.application, self.conf, self.conn_id, self.java_class = application, conf or {}, conn_id, java_class
        self.name, self.application_args, self.env_vars = name, application_args or [], env_vars or {}

    def command(self, context):
        command = ["spark-submit", "--master", context["master"]]
        for key, value in self.conf.items():
            command += ["--conf", f"{key}={value}"]
        command += ["--name", self.name, "--class", self.java_class, self.application, *self.application_args]
        return {"command": command, "env": self.env_vars, "skip": None}


def render(value, context):
    if isinstance(value, str):
        return TEMPLATE.sub(lambda match: str(evaluate(match.group(1), context)), value)
    if isinstance(value, dict):
        return {key: render(inner, context) for key, inner in value.items()}
    if isinstance(value, list):
        return [render(inner, context) for inner in value]
    return value


def evaluate(expression, context):
    """An undefined name is an error, as in a DAG; what stands behind a true value is not looked at."""
    value = None
    for alternative in expression.split(" or "):
        value = context
        for name in alternative.strip().split("."):
            assert re.fullmatch(r"[a-z_]+", name), f"a template that the stand-in does not know: {expression}"
            value = value[name]
        if value:
            return value
    return value


def module(name, **members):
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        path = ".".join(parts[:end])
        sys.modules.setdefault(path, types.ModuleType(path)).__path__ = []
    for member, value in members.items():
        setattr(sys.modules[name], member, value)


def main(version, file, context):
    module("airflow.providers.apache.spark.operators.spark_submit", SparkSubmitOperator=SparkSubmitOperator)
    module("airflow.timetables.interval", CronDataIntervalTimetable=CronDataIntervalTimetable)
    if version == "3":
        module("airflow.sdk", DAG=DAG, Param=Param)
        module("airflow.providers.standard.operators.bash", BashOperator=BashOperator)
    else:
        module("airflow", DAG=DAG)
        module("airflow.models.param", Param=Param)
        module("airflow.operators.bash", BashOperator=BashOperator)
    loaded = {"__name__": "dag_file"}
    with open(file, encoding="utf-8") as source:
        text = source.read()
    loaded["__doc__"] = text.split('"""')[1]
    exec(compile(text, file, "exec"), loaded)
    dag = loaded["dag"]
    if "alert" in context:
        task = types.SimpleNamespace(dag_id=dag.dag_id, task_id=context["alert"], run_id="run")
        loaded["alert"]({"task_instance": task, "exception": "its reason"})
    params = {name: param.default for name, param in dag.params.items()}
    for name, value in context.get("params", {}).items():
        params[name] = dag.params[name].check(value)
    context = {**context, "params": params}
    tasks = {}
    for task in dag.tasks.values():
        line = task.rendered(context).command(context)
        tasks[task.task_id] = {"upstream": task.upstream, "retries": task.settings["retries"],
                               "alerts": task.settings["on_failure_callback"] is loaded["alert"], **line}
    return {"dag": dag.dag_id, "schedule": dag.schedule.cron, "maxActiveRuns": dag.max_active_runs, "tasks": tasks}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
