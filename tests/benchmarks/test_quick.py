"""The benchmarks run from end to end. What they measure is no business of a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_quick_run_measures_everything(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--coachees", "40", "--json", str(figures)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(figures.read_text())
    assert [row["events"] for row in found["pages"] if row["page"] == "profile"] == [10, 1_000]
    assert {"floor", "profile", "your coachees", "today"} <= {row["page"] for row in found["pages"]}
    assert [(row["relationships"], row["written"] > 0) for row in found["sweep"]] == [(80, True)] + [(80, False)] * 3
    assert [row["tick after"] for row in found["tick"]] == ["nothing changed", "100 changed", "1 % changed"]
    assert {row["viewer"] for row in found["search"]} == {"admin", "coach", "delivery manager", "coachee"}
    assert [row["found"] > 0 for row in found["search"] if row["query"] == "one letter"] == [True, True, True, False]
    tabs = {row["page"]: row["queries"] for row in found["administered"] if row["records"] == 1}
    assert tabs == {row["page"]: row["queries"] for row in found["administered"] if row["records"] == 30}
    assert {"goals", "observations", "coaching of a coach", "who can see this"} <= tabs.keys()
    assert {row["deed"] for row in found["deeds"]} > {"add a coach", "hand over", "remove", "edit profile"}
    shared = {(row["page"], row["viewer"]): row["queries"] for row in found["between"] if row["records"] == 1}
    assert shared == {(row["page"], row["viewer"]): row["queries"] for row in found["between"] if row["records"] == 30}
    assert {"conversation", "inbox", "assignments given", "library, searched", "today"} <= {page for page, _ in shared}
    done = {row["deed"]: row["queries"] for row in found["between_deeds"]}
    assert done["give an assignment to one"] == done["give an assignment to thirty"]
    assert {"send a message", "respond", "open a link", "share a goal", "keep a draft"} <= done.keys()
    assert [(row["seen"], row["wrong answers"]) for row in found["crowd"]] == [(found["crowd"][0]["sent"], 0)]
    assert found["import"][0]["rows"] == found["import"][1]["rows"] > 40 * 50
    assert "rows/s" in run.stdout
