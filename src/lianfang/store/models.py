"""The tables. Commands are appended by plain SQL (``repository``); these models define, migrate and read them.

Moments are text ``YYYY-MM-DDTHH:MM:SSZ`` as in the evidence, so that what a table says is what the log says.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, F, Q, When
from django.db.models.expressions import RawSQL

MOMENT = 20
ID = 64
POST = 160


class Number(models.BigIntegerField):  # type: ignore[type-arg]
    """A 64-bit number that is the row's own address on SQLite, given by the writer and not by a counter table."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class MatterVersion(models.Model):
    """A published version of a matter: the canonical source that cases of this version are judged by."""

    version = models.CharField(primary_key=True, max_length=64)
    matter = models.CharField(max_length=POST, db_index=True)
    source = models.TextField()
    published_at = models.CharField(max_length=MOMENT)

    class Meta:
        db_table = "matter_version"


class Person(models.Model):
    """Somebody of the office; the account (``user``) is how the person logs in. ``demo`` people are invented."""

    id = models.CharField(primary_key=True, max_length=ID)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    unit = models.CharField(max_length=POST)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person")
    demo = models.BooleanField(default=False)

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.name_zh


class Holding(models.Model):
    """A person holds a post from ``since`` until ``until`` (empty: still)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="holdings")
    post = models.CharField(max_length=POST, db_index=True)
    since = models.CharField(max_length=MOMENT)
    until = models.CharField(max_length=MOMENT, default="", blank=True)

    class Meta:
        db_table = "holding"
        constraints = (models.UniqueConstraint(fields=["person", "post", "since"], name="holding_once"),)


class Entry(models.Model):
    """One entry of the evidence: a judged command, an alert, work on one, a fact or a reading. Never changed, never deleted.

    ``body`` is the canonical JSON that the log's leaf is the hash of; the columns beside it are for finding entries. ``n`` is the
    number of accepted commands of the case up to and with this entry, ``before`` the number of the case's entry before this one: the
    entries of a case are a chain, whose end its row knows (``chain``), and so are those of an alert. ``control`` is the control that
    refused or raised the alert.
    """

    ACCEPTED, REFUSED, ALERT, FACT, READ, WORK = "accepted", "refused", "alert", "fact", "read", "work"

    id = Number(primary_key=True)
    case_id = models.CharField(max_length=ID, null=True)
    n = models.IntegerField()
    at = models.CharField(max_length=MOMENT)
    actor = models.CharField(max_length=ID)
    matter = models.CharField(max_length=POST)
    step = models.CharField(max_length=ID)
    kind = models.CharField(max_length=8)
    control = models.CharField(max_length=ID, default="")
    key = models.CharField(max_length=ID, default="")
    body = models.TextField()
    leaf = models.BinaryField()
    before = models.BigIntegerField(null=True)

    class Meta:
        db_table = "entry"
        constraints = (
            # A case has one n-th accepted command only. PostgreSQL alone: the embedded store has one writer at a time, and each
            # command would pay for an index that nothing is found by.
            models.UniqueConstraint(F("case_id"), Case(When(kind="accepted", then=F("n")), default=-F("id")), name="entry_case_n"),
            models.UniqueConstraint(fields=["actor", "key"], condition=~Q(key=""), name="entry_key"),
        )
        indexes = (
            models.Index(fields=["actor"], condition=Q(kind="refused"), name="entry_refused_actor"),
            models.Index(fields=["matter", "control"], condition=Q(kind="refused"), name="entry_refused_control"),
        )


class Leaf(models.Model):
    """The place of an entry in the log, given once by the sequencer, in commit order, without gaps.

    On the embedded store the one writer numbers entries without gaps, so that the place is the number less one: there this is a view.
    """

    idx = Number(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="place", db_constraint=False)

    class Meta:
        db_table = "leaf"


class Unsequenced(models.Model):
    """Entries that wait for their place in the log (PostgreSQL only: the embedded store gives it in the same transaction)."""

    entry_id = Number(primary_key=True)

    class Meta:
        db_table = "unsequenced"


class Checkpoint(models.Model):
    """A signed checkpoint of the log (a C2SP signed note over its size and root) that was kept, so that a later log can be held to it."""

    size = Number(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.CharField(max_length=MOMENT)

    class Meta:
        db_table = "checkpoint"


class CaseRow(models.Model):
    """What a list of cases shows, and the head of a case's chain. The case itself is folded from its entries.

    ``n`` counts accepted commands, ``tip`` is the leaf hash of the case's last entry and ``last`` its number. ``actors`` is a JSON
    object of those who did something in the case (more than comment on it), with the number of their last entry: it is asked for with the
    row, and this row is written anyway (by person: ``Part``).

    Its number begins with the day on which a case was opened, so that the newest cases of a matter, a unit or an applicant are the last
    ones of an index that no act on a case touches.
    """

    id = models.CharField(primary_key=True, max_length=ID)
    matter = models.CharField(max_length=POST)
    version = models.CharField(max_length=64)
    unit = models.CharField(max_length=POST)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10)
    applicant = models.CharField(max_length=ID)
    opened_at = models.CharField(max_length=MOMENT)
    changed_at = models.CharField(max_length=MOMENT)
    n = models.IntegerField()
    tip = models.BinaryField()
    actors = models.TextField(default="{}")
    last = models.BigIntegerField()

    class Meta:
        db_table = "case_row"
        indexes = (
            models.Index(fields=["matter", "id"], name="case_row_of_matter"),
            models.Index(fields=["unit", "id"], name="case_row_of_unit"),
            models.Index(fields=["applicant", "id"], name="case_row_of_applicant"),
        )


class Part(models.Model):
    """A case in which somebody did something (more than comment on it), by the number of their last entry in it: what they did, the latest
    last. Together, the parts of a case are its row's ``actors``."""

    pk = models.CompositePrimaryKey("person", "last")
    person = models.CharField(max_length=ID)
    last = models.BigIntegerField()
    case_id = models.CharField(max_length=ID)

    class Meta:
        db_table = "part"


CHAIN = (
    "WITH RECURSIVE chain (id, before) AS (SELECT id, before FROM entry WHERE id = {last}"
    " UNION ALL SELECT e.id, e.before FROM entry e JOIN chain c ON e.id = c.before{since}) SELECT id FROM chain"
)
"""The numbers of a case's entries, walked from its last one."""


def chain(last: int) -> models.QuerySet[Entry]:
    """The entries of the case whose last entry this is, oldest first."""
    return Entry.objects.filter(id__in=RawSQL(CHAIN.format(last="%s", since=""), (last,))).order_by("id")  # noqa: S611 words of its own


def acted(person: str) -> Q:
    """Cases in which a person did something."""
    return Q(actors__contains=f"{json.dumps(person)}:")


REFUSED = RawSQL("kind = 'refused'", (), models.BooleanField())
"""Entries that are refusals, said so that the indexes over them can be used: they cover no kind that is only bound."""


class Task(models.Model):
    """A step that waits for somebody. ``whom`` is ``person:ID``, ``post:UNIT/POST`` or ``body:UNIT/BODY``; ``urged`` is when it was last
    urged, NULL where nobody did. Of an opinion that is waited for, ``step`` is '' and ``item`` the step that it is asked on.

    The key begins with it: what waits for somebody is asked for most, and lies together.
    """

    pk = models.CompositePrimaryKey("whom", "case_id", "step", "item")
    case = models.ForeignKey(CaseRow, on_delete=models.CASCADE, related_name="tasks", db_constraint=False, db_index=False)
    step = models.CharField(max_length=ID)
    item = models.CharField(max_length=ID, default="")
    whom = models.CharField(max_length=POST + 8)
    since = models.CharField(max_length=MOMENT)
    due = models.CharField(max_length=MOMENT, default="")
    urged = models.CharField(max_length=MOMENT, null=True)

    class Meta:
        db_table = "task"


class Copy(models.Model):
    """A case that somebody was named to read (抄送), when and by whom they were last named."""

    pk = models.CompositePrimaryKey("person", "case_id")
    person = models.CharField(max_length=ID)
    case_id = models.CharField(max_length=ID)
    actor = models.CharField(max_length=ID)
    at = models.CharField(max_length=MOMENT)

    class Meta:
        db_table = "copy"
        indexes = (models.Index(fields=["person", "at", "case_id"], name="copy_latest"),)


class Mention(models.Model):
    """Somebody whom a comment on a case names and who has not commented since, and the entry of the last that does."""

    pk = models.CompositePrimaryKey("person", "case_id")
    person = models.CharField(max_length=ID)
    case_id = models.CharField(max_length=ID)
    entry_id = models.BigIntegerField()

    class Meta:
        db_table = "mention"


class Draft(models.Model):
    """A form that a person has begun to fill in and not submitted (ADR 13): theirs alone, changed and deleted freely, and no evidence.

    ``place`` is the form's address, ``n`` how many acts of the case its person had seen, ``fields`` a JSON object of what stands in it,
    null for what is left as the record has it. ``case_id`` is empty for the form that opens a case, ``step`` for one of an alert.
    """

    pk = models.CompositePrimaryKey("person", "place")
    person = models.CharField(max_length=ID)
    place = models.CharField(max_length=400)
    matter = models.CharField(max_length=POST)
    case_id = models.CharField(max_length=ID, default="")
    step = models.CharField(max_length=ID, default="")
    n = models.IntegerField(default=0)
    fields = models.TextField()
    saved_at = models.CharField(max_length=MOMENT, db_index=True)

    class Meta:
        db_table = "draft"


class SavedFilter(models.Model):
    """A way of narrowing a list that a person keeps under a name: the address of the list so narrowed."""

    pk = models.CompositePrimaryKey("person", "name")
    person = models.CharField(max_length=ID)
    name = models.CharField(max_length=ID)
    place = models.CharField(max_length=400)

    class Meta:
        db_table = "saved_filter"


class Guess(models.Model):
    """How many passwords or codes somebody had wrong, and ``until`` when that counts. ``key`` is a hash of the kind, from where and of
    whom; deleted when it counts no more, and no evidence."""

    key = models.CharField(primary_key=True, max_length=64)
    times = models.IntegerField()
    until = models.CharField(max_length=MOMENT, db_index=True)

    class Meta:
        db_table = "guess"


class LedgerEntry(models.Model):
    """The current state of a ledger entry: one row a key, so that two cases can't hold the same thing."""

    pk = models.CompositePrimaryKey("ledger", "key")
    ledger = models.CharField(max_length=ID)
    key = models.CharField(max_length=400)
    case_id = models.CharField(max_length=ID, null=True)
    step = models.CharField(max_length=ID, default="")
    data = models.TextField()
    open = models.BooleanField()
    at = models.CharField(max_length=MOMENT)

    class Meta:
        db_table = "ledger_entry"
        indexes = (models.Index(fields=["ledger", "at"], name="ledger_entry_at"),)


class StoredFile(models.Model):
    """A file by its SHA-256; the bytes lie in the data folder. ``blank_pages`` counts pages without anything on them.

    All of it follows from the bytes alone and is the same for everybody. ``rule`` is the way of counting that gave type and pages
    (``interchange.pages.RULE``): what an earlier one gave is counted anew before anything relies on it.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    media = models.CharField(max_length=100)
    pages = models.IntegerField()
    blank_pages = models.IntegerField()
    kept_at = models.CharField(max_length=MOMENT)
    rule = models.IntegerField(default=0)

    class Meta:
        db_table = "stored_file"


class FileKeeper(models.Model):
    """Who uploaded a file, and what they call it: the file is theirs to use, and its name theirs to know.

    ``name`` is empty where it was not kept: for who came second, before names were kept for each.
    """

    pk = models.CompositePrimaryKey("sha256", "person")
    sha256 = models.CharField(max_length=64)
    person = models.CharField(max_length=ID)
    name = models.CharField(max_length=255, default="")

    class Meta:
        db_table = "file_keeper"


class FileUse(models.Model):
    """Which cases refer to a file: who may see one of them may open it."""

    pk = models.CompositePrimaryKey("sha256", "case_id")
    sha256 = models.CharField(max_length=64)
    case_id = models.CharField(max_length=ID)

    class Meta:
        db_table = "file_use"


class CaseLink(models.Model):
    """That a case (``case_id``) was judged by a ledger entry that another (``source``) wrote: found by the one that wrote it."""

    pk = models.CompositePrimaryKey("source", "case_id")
    source = models.CharField(max_length=ID)
    case_id = models.CharField(max_length=ID)

    class Meta:
        db_table = "case_link"


class Alert(models.Model):
    """A finding of a watch. One open alert a control and finding: ``about`` is what tells findings of a control apart.

    How far the work on it has come is as ``kernel.alerts`` makes it from the log: ``stage``, who has it (``holder``), since when and until
    when, and the rest of ``Alert`` there. ``closers`` and ``reported`` are JSON lists, ``entry_id`` the entry that raised it last, ``last``
    the number of its last entry.
    """

    OPEN, CLOSED = "open", "closed"

    control = models.CharField(max_length=ID)
    matter = models.CharField(max_length=POST)
    about = models.CharField(max_length=400)
    kind = models.CharField(max_length=ID)
    risk = models.CharField(max_length=ID)
    unit = models.CharField(max_length=POST)
    level = models.CharField(max_length=8)
    status = models.CharField(max_length=8, default=OPEN)
    raised_at = models.CharField(max_length=MOMENT)
    entry_id = models.BigIntegerField()
    cases = models.JSONField(default=list)
    explanation_zh = models.TextField()
    explanation_en = models.TextField()
    stage = models.CharField(max_length=8, default="verify")
    holder = models.CharField(max_length=ID, default="")
    since = models.CharField(max_length=MOMENT, default="")
    due = models.CharField(max_length=MOMENT, default="")
    back = models.CharField(max_length=8, default="")
    reason = models.CharField(max_length=ID, default="")
    closers = models.TextField(default="[]")
    reported = models.TextField(default="[]")
    people = models.JSONField(default=list)
    changed_at = models.CharField(max_length=MOMENT, default="")
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "alert"
        constraints = (models.UniqueConstraint(fields=["matter", "control", "about"], name="alert_once"),)
        indexes = (
            models.Index(fields=["status", "raised_at", "id"], name="alert_latest"),
            models.Index(fields=["id"], condition=~Q(reported="[]"), name="alert_reported"),
        )


class AlertCase(models.Model):
    """On which cases an alert stood when it was raised: what stands on a case is found by it, and said by the alert's own ``cases``."""

    pk = models.CompositePrimaryKey("case_id", "matter", "control", "about")
    case_id = models.CharField(max_length=ID)
    matter = models.CharField(max_length=POST)
    control = models.CharField(max_length=ID)
    about = models.CharField(max_length=400)

    class Meta:
        db_table = "alert_case"


class AlertFile(models.Model):
    """Which files prove what was done about an alert: who may see it may open them."""

    pk = models.CompositePrimaryKey("sha256", "matter", "control", "about")
    sha256 = models.CharField(max_length=64)
    matter = models.CharField(max_length=POST)
    control = models.CharField(max_length=ID)
    about = models.CharField(max_length=400)

    class Meta:
        db_table = "alert_file"


class Duty(models.Model):
    """One turn of a duty (履责): which post does it, from when until when, and the case that carries it.

    ``matter`` is the small matter of the duty, ``parent`` and ``control`` the matter and the control that it comes from; ``holder`` is
    the one who owes it, empty where the post does as one. It is done when its case is completed. ``told`` says that an alert tells of
    its being late.
    """

    matter = models.CharField(max_length=POST)
    parent = models.CharField(max_length=POST)
    control = models.CharField(max_length=ID)
    period = models.CharField(max_length=MOMENT)
    post = models.CharField(max_length=POST)
    opens_at = models.CharField(max_length=MOMENT)
    due = models.CharField(max_length=MOMENT, db_index=True)
    case_id = models.CharField(max_length=ID, default="")
    holder = models.CharField(max_length=ID, default="")
    told = models.BooleanField(default=False)

    class Meta:
        db_table = "duty"
        constraints = (models.UniqueConstraint(fields=["matter", "period", "holder"], name="duty_once"),)
        indexes = (
            models.Index(fields=["post", "due"], name="duty_of_post"),
            models.Index(fields=["period"], name="duty_period"),
            models.Index(fields=["parent", "due"], name="duty_of_parent"),
        )


class Token(models.Model):
    """A key to the interface, kept as the SHA-256 of what its holder shows."""

    digest = models.CharField(primary_key=True, max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    made_at = models.CharField(max_length=MOMENT)
    ends_at = models.CharField(max_length=MOMENT)

    class Meta:
        db_table = "token"
