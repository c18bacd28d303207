"""Which of the tasks that have to run goes first, and that each of them does."""

import threading

import pytest

from ircc_lib.report.pipeline.digests import Digests
from ircc_lib.report.pipeline.executor import build
from ircc_lib.report.pipeline.graph import Task

URGENCIES = {"short": (0, 0), "chapter": (2, 500), "long chapter": (2, 900), "entity": (1, 3), "last": (0, 0)}


MET = threading.Barrier(2, timeout=10)


def meet(made, text, **_):
    MET.wait()
    made.write_text(text)


def write(made, text, wrote, **_):
    wrote.append(text)
    made.write_text(text)


@pytest.fixture
def run(tmp_path):
    def run_tasks(names, *, jobs, after=None):
        wrote = []
        tasks = [
            Task(
                name=f"write:{name}",
                function=write,
                depends_on={"before": tmp_path / after[name]} if after and name in after else {},
                produces={"made": tmp_path / name},
                state={"text": name},
                context={"wrote": wrote},
                urgency=URGENCIES[name],
            )
            for name in names
        ]
        quiet = {"started": lambda name: None, "ended": lambda name: None}
        built = build(tasks, tmp_path / "state", Digests(tmp_path / "digests.json"), jobs=jobs, **quiet)
        assert built.complete and not built.failed and sorted(built.ran) == sorted(f"write:{name}" for name in wrote)
        return wrote

    return run_tasks


def test_the_most_urgent_go_first_and_all_go(run):
    assert run(URGENCIES, jobs=1) == ["long chapter", "chapter", "entity", "last", "short"]
    assert run(URGENCIES, jobs=1) == []


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_all_go_however_many_go_at_once(run, jobs):
    assert sorted(run(URGENCIES, jobs=jobs)) == sorted(URGENCIES)


def test_what_another_makes_is_waited_for(run):
    after = {"long chapter": "short", "chapter": "long chapter"}
    wrote = run(URGENCIES, jobs=2, after=after)
    assert wrote.index("short") < wrote.index("long chapter") < wrote.index("chapter")


def test_what_is_up_to_date_is_not_run_beside_what_is_not(run, tmp_path):
    run(URGENCIES, jobs=2)
    (tmp_path / "entity").write_text("another's")
    assert run(URGENCIES, jobs=1) == ["entity"]


def test_what_waits_only_for_what_is_up_to_date_starts_beside_a_long_task(tmp_path):
    def task(name, function, before=()):
        given = {f"before_{other}": tmp_path / other for other in before}
        return Task(
            name=f"{function.__name__}:{name}",
            function=function,
            depends_on=given,
            produces={"made": tmp_path / name},
            state={"text": name},
            context={"wrote": []},
        )

    def built(*tasks):
        quiet = {"started": lambda name: None, "ended": lambda name: None}
        return build(tasks, tmp_path / "state", Digests(tmp_path / "digests.json"), jobs=2, **quiet)

    first = task("first", write)
    assert built(first).ran == ["write:first"]
    done = built(first, task("after", meet, ["first"]), task("long", meet))
    assert not done.failed and sorted(done.ran) == ["meet:after", "meet:long"]  # they met, so both ran at once
