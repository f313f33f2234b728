"""What the tests of faults share: a stack whose waits are short, a kill at a point, and what must be true of every run in the end."""

import signal

from support.process import wait_until
from support.stack import PROGRAMS

# Waits that a deployment counts in minutes. The reconciler is a static member: it comes back to its partitions at once.
GONE = {"ROLLCALL_STAGE_SESSION_TIMEOUT": "3s"}
QUICK = {
    "fetcher": {**GONE, "ROLLCALL_FETCH_LEASE": "2s", "ROLLCALL_FETCH_RETRY_BASE": "50ms"},
    "normalizer": GONE,
    "reconciler": {"ROLLCALL_STAGE_INSTANCE": "reconciler"},
    "notifier": {**GONE, "ROLLCALL_MAIL_SEND_EVERY": "200ms", "ROLLCALL_SMTP_TIMEOUT": "1s", "ROLLCALL_MAIL_FOUND_AFTER": "2s",
                 "ROLLCALL_MAIL_RETRY_BASE": "200ms", "ROLLCALL_MAIL_RETRY_CAP": "1s"},
    "scheduler": {"ROLLCALL_SCHEDULER_LANES_EVERY": "200ms", "ROLLCALL_SCHEDULER_SWEEP_EVERY": "1s", "ROLLCALL_SCHEDULER_AGAIN_AFTER": "5s"},
}
TICKERS = ("notifier", "scheduler")


def quick_worker(stack, name, label=None, **env):
    """A worker, not started, as the only one of its label."""
    return stack.worker(name, label, **{**QUICK[name], **env})


def start_quick(stack, *names, **env):
    """One of each (all by default), as Stack.start, with short waits."""
    for name in names or PROGRAMS:
        if name not in stack.workers:
            quick_worker(stack, name, **env)
    return stack.start(*names)


def leases_run_out(stack):
    """What half a minute does: the ticks of a killed program are free for its successor."""
    stack.sql("UPDATE leader_lease SET until = '-infinity'")


def kill_and_start(stack, label):
    """kill -9, and the start that a supervisor makes at once."""
    stack[label].restart()
    if label in TICKERS:
        leases_run_out(stack)


def with_fault(stack, label, fault):
    """Starts the worker anew with faults on order."""
    worker = stack[label]
    worker.stop()
    worker.set(ROLLCALL_FAULT=fault).start()
    return worker


def without_fault(stack, label):
    """Starts the worker anew, mended."""
    worker = stack[label]
    worker.kill()
    worker.set(ROLLCALL_FAULT=None).start()
    if label in TICKERS:
        leases_run_out(stack)
    return worker.wait_ready()


def is_killed(worker):
    return worker.exit_code == -signal.SIGKILL


def is_stopped(worker):
    """Whether SIGSTOP holds it."""
    with open(f"/proc/{worker.pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


def wait_stopped(stack, worker, what, seconds=60):
    stack.wait(lambda: is_stopped(worker), what, seconds)


# ---- what must be true of every run in the end -----------------------------------------------------------------------------------------


def events_of(stack, topic, run):
    """Ids of the run's events in a topic, each once: a relay may repeat an event, never make another."""
    records = stack.kafka.records(f"rollcall.{topic}.v1")
    return {record.headers["ce_id"] for record in records if record.headers.get("rc_run") == str(run)}


def outbox_is_empty(stack):
    stack.wait(lambda: stack.sql("SELECT count(*) FROM outbox") == [(0,)], "the outbox is empty", 30)


def one_snapshot(stack, run, repeated=False):
    """One snapshot.ready and one mirror commit, no collection read more often than is allowed. `repeated`: the scheduler may have said
    snapshot.ready again, as it does where a run stands still."""
    outbox_is_empty(stack)
    said = len(events_of(stack, "snapshot.ready", run))
    assert said == 1 or (repeated and said > 1)
    assert stack.sql("SELECT max(pass) <= 3 FROM run_collection WHERE run_id = %s", [run]) == [(True,)]
    assert stack.sql("SELECT count(*) FROM snapshot WHERE run_id = %s", [run]) == [(1,)]


def applied_once(stack, run):
    """No account was made, linked, archived or given back twice by one run, and no field of it set twice."""
    doubled = stack.sql("SELECT kind, field, role, school, count(*) FROM history WHERE run_id = %s "
                        "AND kind IN ('create', 'link', 'update', 'archive', 'restore') "
                        "GROUP BY account_id, kind, node, field, role, school, new_value HAVING count(*) > 1", [run])
    assert not doubled, doubled


def mails_of(stack, run):
    """(kind, state, Message-ID) of each mail about a run, once none is on its way."""
    query = "SELECT kind, state, message_id FROM mail WHERE about = %s ORDER BY planned_at"
    stack.wait(lambda: all(state not in ("planned", "handed over") for _, state, _ in stack.sql(query, [str(run)])), "no mail is on its way", 60)
    return stack.sql(query, [str(run)])


def deliveries(stack, message_id):
    """How often the mail server took this mail."""
    return sum(mail.message_id.strip("<>") == message_id.strip("<>") for mail in stack.mail.mails)


def told_once(stack, run, *kinds):
    """One mail of each kind, in the ledger and at the mail server."""
    stack.wait(lambda: stack.sql("SELECT count(*) FROM mail WHERE about = %s", [str(run)])[0][0] >= len(kinds), f"{kinds} are planned", 60)
    mails = mails_of(stack, run)
    assert sorted(kind for kind, _, _ in mails) == sorted(kinds)
    return mails


def is_told(stack, run):
    """Whether the mail that something waits is planned."""
    return stack.sql("SELECT count(*) FROM mail WHERE about = %s AND kind = 'held'", [str(run)]) == [(1,)]


def approve_when_told(stack, district, run):
    """As an owner does: after the mail. One who were faster would never get it."""
    stack.wait(lambda: is_told(stack, run), "the owner is told that something waits", 60)
    district.approve()


def wait_done(stack, district, run, seconds=90):
    """The run's end; a first sync is approved on the way, as its owner would."""
    if district.wait_for_run(run, seconds=seconds) == "On hold":
        approve_when_told(stack, district, run)
    return district.wait_for_run(run, "Completed", "Completed with warnings", seconds=seconds)


def wait_killed(stack, worker, what="the worker is killed at its point", seconds=60):
    wait_until(lambda: not worker.alive, f"{what}\n{worker.tail()}", seconds)
    assert is_killed(worker), f"{worker.name} ended with {worker.exit_code}\n{worker.tail()}"
