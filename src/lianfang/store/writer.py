"""The single writer of a process, with group commit.

Whoever submits while nobody writes becomes the leader: it takes everything that waits, judges it in one transaction and commits
once; the others wait for their own answer, and the first of those that came meanwhile leads next. So one client pays for no
change of threads, and many clients share the cost of making their commands durable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from lianfang.kernel.model import Need
from lianfang.store.connection import CONFLICTS, DATABASE_ERRORS
from lianfang.store.repository import Recalled, Repository, Scene

T = TypeVar("T")

GROUP = 64
TRIES = 5
PATIENCE = 0.001
"""Most seconds that a leader waits for those who were in the group before: they have their answers, and are likely to come again."""


Wants = Callable[[Recalled], Iterable[Need]]
"""The facts that a command will probably need."""


class _Slot:
    """A command that waits for its answer."""

    __slots__ = ("answer", "case_id", "error", "leads", "person", "run", "wake", "wants")

    def __init__(self, case_id: str, run: Callable[[Scene], Any], person: str, wants: Wants | None) -> None:
        self.case_id = case_id
        self.run = run
        self.person = person
        self.wants = wants
        self.answer: Any = None
        self.error: BaseException | None = None
        self.leads = False
        self.wake = threading.Lock()
        self.wake.acquire()


class Writer:
    """Runs work against the store, one transaction at a time."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._mutex = threading.Lock()
        self._waiting: list[_Slot] = []
        self._busy = False
        self._company = 1
        self._gathering = False
        self._full = threading.Lock()
        self._full.acquire()

    def submit(self, case_id: str, run: Callable[[Scene], T], person: str = "", wants: Wants | None = None) -> T:
        """Run ``run`` inside a transaction and return its answer once that is durable. ``person`` acts; the facts that ``wants`` names
        are read together with those of the other commands of the transaction.

        ``run`` may be called again after a conflict with another writer, so it must have no effect but on the scene, and must
        append last. What it raises is raised here, and it has then changed nothing.
        """
        slot = _Slot(case_id, run, person, wants)
        with self._mutex:
            self._waiting.append(slot)
            leads, self._busy = not self._busy, True
            if self._gathering and len(self._waiting) >= self._company:
                self._gathering = False
                self._full.release()
        if not leads:
            slot.wake.acquire()
            leads = slot.leads
        if leads:
            self._lead(slot)
        if slot.error is not None:
            raise slot.error
        return cast("T", slot.answer)

    def close(self) -> None:
        """Give the connection back; nothing may be submitted after it."""
        self.repository.connection.close()

    def _lead(self, own: _Slot) -> None:
        if self._company > 1:
            self._gather()
        with self._mutex:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            self._company = len(group)
        try:
            self._serve(group)
        finally:
            with self._mutex:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            if following is not None:
                following.leads = True
                following.wake.release()
            for slot in group:
                if slot is not own:
                    slot.wake.release()

    def _gather(self) -> None:
        """Wait a moment for as many commands as there were before; who is alone waits for nobody.

        Without it the first of a group to be answered comes back before the others do, and is served alone, every other time.
        """
        with self._mutex:
            self._gathering = alone = len(self._waiting) < self._company
        if not alone or self._full.acquire(timeout=PATIENCE):
            return
        with self._mutex:
            late, self._gathering = not self._gathering, False
        if late:  # it was full at the last moment
            self._full.acquire()

    def _serve(self, group: list[_Slot]) -> None:
        if len(group) > 1:
            try:
                self._transact(group)
                return
            except DATABASE_ERRORS:
                self._undo()
        for slot in group:
            self._alone(slot)

    def _alone(self, slot: _Slot) -> None:
        for tries_left in reversed(range(TRIES)):
            try:
                self._transact([slot])
                return
            except CONFLICTS as error:
                self._undo()
                if not tries_left:
                    slot.error = error
            except BaseException as error:
                self._undo()
                slot.error = error
                return

    def _transact(self, group: list[_Slot]) -> None:
        connection = self.repository.connection
        for slot in group:
            slot.answer = slot.error = None
        needs: Iterable[Need] = ()
        if connection.postgres:
            needs = [need for slot in group if slot.wants is not None for need in _told(slot.wants, self.repository.cases.get)]
        scene = self.repository.begin(group, needs)
        for slot in group:
            try:
                slot.answer = slot.run(scene)
            except DATABASE_ERRORS:
                raise
            except Exception as error:
                slot.error = error
        with connection.together():
            scene.write()
            connection.commit()
        scene.settle()

    def _undo(self) -> None:
        self.repository.forget()
        self.repository.connection.restore()


def _told(wants: Wants, recalled: Recalled) -> list[Need]:
    """What a command wants; nothing where it is malformed, which it will say itself."""
    try:
        return list(wants(recalled))
    except Exception:
        return []
