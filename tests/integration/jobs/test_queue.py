"""The queue: jobs are done once, in steps, whatever happens to the workers."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from paas.db import TenantBusy
from runtime import JobRun, JobStatus, NewJob, RecordNotFound, Step, Work, WriteCommand, enqueue_in
from runtime.jobs.problem import JobKindUnknown, JobNotFound, JobWrongState
from tests.integration.jobs.shop import Shop, wait_for
from tests.integration.runtime.world import valid


def code_of(shop: Shop, job_id: str) -> str:
    problem = shop.jobs.get(job_id).problem
    assert problem is not None
    return str(problem["code"])


def test_a_job_is_done_in_steps_and_tells_its_progress(shop: Shop) -> None:
    job = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 7}, total=7))
    assert job.status is JobStatus.WAITING
    assert shop.workers.run_due() == 1
    done = shop.jobs.get(job.id)
    assert (done.status, done.done, done.total, dict(done.state)) == (
        JobStatus.DONE, 7, 7, {"made": 7},
    )  # fmt: skip
    assert done.finished_at == shop.clock()
    assert len(shop.accounts()) == 7


def test_a_job_exists_exactly_if_what_caused_it_does(shop: Shop) -> None:
    seen: list[str] = []

    def act(work: Work) -> None:
        seen.append(shop.jobs.enqueue_in(work, NewJob("fill", {"rows": 1})).id)
        raise RecordNotFound

    with pytest.raises(RecordNotFound):
        shop.tools.records.begin(shop.system, act)
    with pytest.raises(JobNotFound):
        shop.jobs.get(seen[0])
    assert shop.workers.run_due() == 0


def test_a_key_stands_for_one_unfinished_job(shop: Shop) -> None:
    first = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 1}, key="x"))
    again = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 9}, key="x"))
    other = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 1}, key="y"))
    assert again == first
    assert other.id != first.id
    shop.workers.run_due()
    assert shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 1}, key="x")).id != first.id


def test_an_unknown_kind_is_refused(shop: Shop) -> None:
    with pytest.raises(JobKindUnknown):
        shop.jobs.enqueue(shop.system, NewJob("nonsense"))


def test_many_workers_do_each_job_once(shop: Shop) -> None:
    count: Counter[str] = Counter()
    lock = threading.Lock()

    def act(run: JobRun) -> None:
        with lock:
            count[run.job.id] += 1
        run.step(lambda _work: Step(done=1))

    shop.acts["count"] = act
    ids = [
        shop.jobs.enqueue(shop.system, NewJob("act", {"name": "count"})).id for _each in range(20)
    ]
    crowd = [shop.another() for _each in range(3)]
    for each in crowd:
        each.start(2)
    wait_for(lambda: all(shop.jobs.get(each).is_ended for each in ids))
    for each in crowd:
        each.stop()
    assert count == dict.fromkeys(ids, 1)


def test_a_worker_that_is_gone_is_followed_by_another_behind_its_last_step(shop: Shop) -> None:
    def die_after_one_step(run: JobRun) -> None:
        if not run.job.state:
            run.step(lambda _work: Step(state={"at": 1}, done=1))
            raise SystemExit  # the thread is gone and gives nothing back
        run.step(lambda _work: Step(state={"at": run.job.state["at"] + 1}, done=1))

    shop.acts["die"] = die_after_one_step
    job = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "die"}))
    with pytest.raises(SystemExit):
        shop.workers.run_due()
    assert shop.another().run_due() == 0  # the lease still holds
    assert shop.jobs.get(job.id).status is JobStatus.RUNNING
    shop.clock.forward(seconds=31)
    assert shop.another().run_due() == 1
    done = shop.jobs.get(job.id)
    assert (done.status, done.done, dict(done.state)) == (JobStatus.DONE, 2, {"at": 2})


def test_who_lost_the_lease_commits_nothing_more(shop: Shop) -> None:
    def sleep_too_long(run: JobRun) -> None:
        if run.job.state:
            return
        shop.clock.forward(seconds=31)
        taken = shop.another()
        shop.acts["slow"] = lambda other: other.step(lambda _work: Step(state={"by": "other"}))
        assert taken.run_due() == 1

        def act(work: Work) -> Step:
            work.write(WriteCommand("create", "account", [valid(accountName="too late")]))
            return Step(state={"by": "me"})

        run.step(act)

    shop.acts["slow"] = sleep_too_long
    job = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "slow"}))
    shop.workers.run_due()
    assert dict(shop.jobs.get(job.id).state) == {"by": "other"}
    assert shop.accounts() == []


def test_what_is_busy_is_tried_again_later_and_at_most_five_times(shop: Shop) -> None:
    tries: list[float] = []

    def busy(run: JobRun) -> None:
        tries.append(shop.clock().timestamp())
        raise TenantBusy

    shop.acts["busy"] = busy
    job = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "busy"}))
    for _each in range(12):
        shop.workers.run_due()
        shop.clock.forward(seconds=40)
    ended = shop.jobs.get(job.id)
    assert len(tries) == 5
    assert ended.status is JobStatus.FAILED
    assert ended.problem is not None
    assert ended.problem["code"] == "tenant.busy"
    assert set(ended.problem["detail"]) == {"zh-CN", "en-US"}


def test_a_refusal_ends_a_job_at_once_and_a_bug_does_not_show(shop: Shop) -> None:
    shop.acts["refused"] = lambda run: (_ for _ in ()).throw(RecordNotFound())
    shop.acts["bug"] = lambda run: 1 // 0
    refused = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "refused"}))
    bug = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "bug"}))
    for _each in range(6):
        shop.workers.run_due()
        shop.clock.forward(seconds=400)
    codes = [code_of(shop, each.id) for each in (refused, bug)]
    assert codes == ["record.not_found", "job.broken"]
    assert shop.jobs.get(refused.id).attempts == 1


def test_a_running_job_pauses_after_its_step_and_goes_on_when_resumed(shop: Shop) -> None:
    entered, go = threading.Event(), threading.Event()

    def slow(run: JobRun) -> None:
        for _each in range(run.job.state.get("n", 0), 3):
            run.step(lambda _work: Step(state={"n": run.job.state.get("n", 0) + 1}, done=1))
            entered.set()
            go.wait(10)

    shop.acts["slow"] = slow
    job = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "slow"}))
    shop.workers.start(1)
    entered.wait(10)
    assert shop.jobs.pause(job.id).wanted == "pause"
    go.set()
    wait_for(lambda: shop.jobs.get(job.id).status is JobStatus.PAUSED)
    assert shop.jobs.get(job.id).done == 2  # the step under way told of the wish
    shop.jobs.resume(job.id)
    wait_for(lambda: shop.jobs.get(job.id).is_ended)
    assert (shop.jobs.get(job.id).status, shop.jobs.get(job.id).done) == (JobStatus.DONE, 3)


def test_cancelling_ends_a_waiting_job_at_once_and_an_ended_one_not_at_all(shop: Shop) -> None:
    job = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 2}))
    assert shop.jobs.cancel(job.id).status is JobStatus.CANCELLED
    assert shop.workers.run_due() == 0
    for act in (shop.jobs.cancel, shop.jobs.pause, shop.jobs.resume, shop.jobs.release):
        with pytest.raises(JobWrongState):
            act(job.id)


def test_stopping_the_workers_gives_running_jobs_back(shop: Shop) -> None:
    entered, go = threading.Event(), threading.Event()

    def slow(run: JobRun) -> None:
        for _each in range(run.job.state.get("n", 0), 2):
            entered.set()
            go.wait(10)
            run.step(lambda _work: Step(state={"n": run.job.state.get("n", 0) + 1}, done=1))

    shop.acts["slow"] = slow
    job = shop.jobs.enqueue(shop.system, NewJob("act", {"name": "slow"}))
    shop.workers.start(1)
    entered.wait(10)
    stopping = threading.Thread(target=shop.workers.stop)
    stopping.start()
    go.set()
    stopping.join(10)
    given_back = shop.jobs.get(job.id)
    assert given_back.status is JobStatus.WAITING
    shop.another().run_due()
    assert (shop.jobs.get(job.id).status, shop.jobs.get(job.id).done) == (JobStatus.DONE, 2)


def test_a_job_works_with_the_permissions_of_its_actor_as_they_are(shop: Shop) -> None:
    names: list[str | None] = []

    def look(run: JobRun) -> None:
        with shop.tools.database.read() as connection:
            context = run.context(connection)
        names.append(context.principal.name if context.principal else None)

    shop.acts["look"] = look
    person = shop.world.as_("owner")
    shop.jobs.enqueue(person, NewJob("act", {"name": "look"}))
    shop.jobs.enqueue(person, NewJob("act", {"name": "look"}, as_system=True))
    shop.clock.forward(days=30)
    shop.workers.run_due()
    assert names == ["owner", None]
    shop.world.change("user", shop.world.ids["owner"], active=False)
    gone = shop.jobs.enqueue(person, NewJob("act", {"name": "look"}))
    shop.workers.run_due()
    assert code_of(shop, gone.id) == "job.actor_gone"


def test_open_jobs_wait_for_release_and_only_those_asked_for_are_listed(shop: Shop) -> None:
    person = shop.world.as_("owner")
    shop.clock.forward(days=30)
    mine = shop.jobs.enqueue(person, NewJob("fill", {"rows": 1}, is_open=True))
    other = shop.jobs.enqueue(shop.system, NewJob("fill", {"rows": 1}, is_open=True))
    assert shop.workers.run_due() == 0
    shop.jobs.release(mine.id, argument={"rows": 2})
    assert shop.workers.run_due() == 1
    assert shop.jobs.get(mine.id).done == 2
    assert [each.id for each in shop.jobs.list(person.user_id)] == [mine.id]
    assert {each.id for each in shop.jobs.list(None)} == {mine.id, other.id}


def test_a_participant_enqueues_in_the_transaction_of_the_write(shop: Shop) -> None:
    def act(work: Work) -> str:
        work.write(WriteCommand("create", "account", [valid()]))
        return enqueue_in(work, NewJob("fill", {"rows": 2})).id

    job_id = shop.tools.records.begin(shop.system, act)
    shop.workers.run_due()
    assert shop.jobs.get(job_id).status is JobStatus.DONE
    assert len(shop.accounts()) == 3


def test_a_recurring_job_comes_again_whether_it_was_done_or_failed(shop: Shop) -> None:
    ran: list[int] = []

    def tick(run: JobRun) -> None:
        ran.append(len(ran))
        if len(ran) == 2:
            raise RecordNotFound

    shop.acts["ticking"] = tick
    shop.jobs.enqueue(shop.system, NewJob("ticking", key="every"))
    for _each in range(3):
        shop.workers.run_due()
        shop.workers.run_due()
        shop.clock.forward(minutes=61)
    assert ran == [0, 1, 2]
