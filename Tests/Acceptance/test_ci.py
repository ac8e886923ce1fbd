"""`taskgraph ci github` against GitHub's own schema, and `--otlp` against OpenTelemetry's Protobuf messages."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData
from program import PROGRAM, REPOSITORY

GRAPHS = {
    "empty": "version: 1\n",
    "one": "version: 1\na: {run: x}\n",
    "odd": """
version: 1
name: "a: 'plan' {}# *"
services: {db: {driver: postgres, scope: task}, cache: {driver: redis, scope: task}}
on: {true: {title: "yes: 1 & [2]", run: x}, n: {run: x, secrets: [KEY, OTHER]}}
report: {run: x, needs: [on/true]}
taskgraph: {inner: {own: {run: x, needs: [report]}, other: {run: x}}, direct: {run: x}}
spread: {each: [a b, "c'd", "*", "#", "e: f", "-"], run: uv x, uses: [db, cache]}
after: {run: x, needs: [spread]}
""",
}


def workflow(directory: Path, *arguments: str) -> str:
    """What the program prints, held against the schema."""
    command = [PROGRAM, "ci", "github", "--output", "-", *arguments]
    text = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout
    return text


def complaints(text: str, file: Path) -> str:
    file.write_text(text)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", file]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def checked(text: str, file: Path) -> dict:
    """The jobs of a workflow that fits the schema, in which every job that is needed comes before."""
    assert complaints(text, file) == ""
    jobs = yaml.safe_load(text)["jobs"]
    seen: set[str] = set()
    for name, job in jobs.items():
        assert set(job.get("needs", [])) <= seen, name
        seen.add(name)
    assert set(jobs["report"]["needs"]) == seen - {"report"}
    return jobs


def test_the_plan_of_this_repository(tmp_path):
    text = workflow(REPOSITORY)
    jobs = checked(text, tmp_path / "workflow.yml")
    assert list(jobs) == [
        "taskgraph", "tools", "baseline", "phase1", "phase2-2a", "phase2-2c", "phase2-2b", "phase3",
        "phase4", "pipeline", "report",
    ]  # fmt: skip
    assert jobs["phase3"]["needs"] == ["taskgraph", "tools", "phase2-2a"]
    # The three workstreams of phase 2 run side by side.
    assert jobs["phase2-2b"]["needs"] == ["taskgraph", "phase1"]
    assert "continue-on-error" not in text
    # The same graph gives the same text.
    assert workflow(REPOSITORY) == text


@pytest.mark.parametrize("name", GRAPHS)
def test_other_graphs(name, tmp_path):
    (tmp_path / "tasks.yaml").write_text(GRAPHS[name])
    jobs = checked(workflow(tmp_path, "--shards", "3"), tmp_path / "workflow.yml")
    assert ("strategy" in jobs.get("spread", {})) == (name == "odd")


def test_the_schema_would_refuse_a_mistake(tmp_path):
    text = workflow(REPOSITORY).replace("runs-on:", "run-on:", 1)
    assert "run-on" in complaints(text, tmp_path / "workflow.yml")


def with_base64_ids(value: object) -> object:
    """OTLP writes ids as hexadecimal digits, Protobuf's JSON mapping as base64."""
    if isinstance(value, list):
        return [with_base64_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    ids = ("traceId", "spanId", "parentSpanId")
    return {
        key: base64.b64encode(bytes.fromhex(item)).decode() if key in ids else with_base64_ids(item)
        for key, item in value.items()
    }


def test_a_run_is_a_trace_of_opentelemetry(tmp_path):
    (tmp_path / "tasks.yaml").write_text(
        'version: 1\na: {run: "true"}\nb: {run: exit 3, needs: [a], retries: 1}\nc: {run: x, needs: [b]}\n'
    )
    done = subprocess.run([PROGRAM, "run", "--otlp", "trace.json"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    document = json.loads((tmp_path / "trace.json").read_text())
    # Refuses fields that no message has.
    traces = json_format.ParseDict(with_base64_ids(document), TracesData())
    spans = list(traces.resource_spans[0].scope_spans[0].spans)
    by_name = {span.name: span for span in spans}
    assert {"a", "b", "c", "taskgraph", "attempt 1", "attempt 2"} == set(by_name)
    assert {len(span.trace_id) for span in spans} == {16} and {len(span.span_id) for span in spans} == {8}
    assert all(span.kind == Span.SPAN_KIND_INTERNAL for span in spans)
    assert all(0 < span.start_time_unix_nano <= span.end_time_unix_nano for span in spans)
    assert by_name["b"].status.code == Status.STATUS_CODE_ERROR
    assert by_name["a"].status.code == Status.STATUS_CODE_OK
    assert [link.span_id for link in by_name["b"].links] == [by_name["a"].span_id]
    assert by_name["attempt 2"].parent_span_id == by_name["b"].span_id
    assert by_name["b"].parent_span_id == by_name["taskgraph"].span_id
