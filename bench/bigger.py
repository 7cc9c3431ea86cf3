"""An office made bigger: what was lived in it once is there many times over, as plain SQL on PostgreSQL.

The copies have numbers, moments and hashes of their own, before what was lived. No command made them: their hashes prove nothing, and
nothing here is for anything but reading lists that are long.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

FIRST = 1_000_000_000
"""The number of the first entry that is lived: below it there is room for the copies."""
CREATED = """
CREATE SCHEMA bench;
SET search_path TO bench, public;
CREATE FUNCTION earlier(moment text, years int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN moment ~ '^[0-9]{{4}}' THEN (substr(moment, 1, 4)::int - years) || replace(substr(moment, 5), '-02-29', '-02-28')
        ELSE moment END $$;
CREATE FUNCTION copied(case_id text, years int, k int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT bench.earlier(case_id, years) || '.' || k $$;
CREATE TABLE times AS
    SELECT k, year AS years, year > 0 AND year > lag(year, 1, 0) OVER (ORDER BY k) AS once, k < {busier} AS here
    FROM (SELECT k, k * {years} / ({copies} + 1) AS year FROM generate_series(1, {copies}) k) found;
CREATE TABLE times_of AS
    WITH original AS (SELECT id, status = 'open' AS open, id IN (SELECT case_id FROM duty) AS turn FROM case_row)
    SELECT id AS case_id, k, years FROM original CROSS JOIN times
    WHERE CASE WHEN open THEN here AND NOT turn WHEN turn THEN once ELSE true END;
CREATE INDEX ON times_of (case_id);
ANALYZE times_of;
CREATE TABLE opening AS SELECT min(at) AS at FROM ledger_entry;
"""
"""Which copy is of which year, and which case is there how often: what is under way where it is ``here``, a turn of a duty ``once`` in
each of the years before, since it is the calendar that brings it."""
LIVED = """
SELECT count(*) FILTER (WHERE c.status <> 'open' AND c.id NOT IN (SELECT case_id FROM duty)), max(e.id) - min(e.id) + 1, count(*)
FROM entry e LEFT JOIN case_row c ON c.id = e.case_id
"""
COPIES: Sequence[str] = (
    """
    INSERT INTO entry (id, case_id, n, at, actor, matter, step, kind, control, key, body, leaf, before)
    SELECT e.id - k * {span}::bigint, copied(case_id, years, k), n, earlier(at, years), actor, matter, step, kind, control,
        CASE key WHEN '' THEN '' ELSE md5(key || k) END, replace(body, case_id, copied(case_id, years, k)),
        sha256(leaf || int4send(k)), before - k * {span}::bigint
    FROM entry e JOIN times_of USING (case_id) ORDER BY k DESC, e.id
    """,
    """
    INSERT INTO entry (id, n, at, actor, matter, step, kind, control, key, body, leaf, before)
    SELECT e.id - k * {span}::bigint, n, earlier(at, years), actor, matter, step, kind, control,
        CASE key WHEN '' THEN '' ELSE md5(key || k) END, body, sha256(leaf || int4send(k)), before - k * {span}::bigint
    FROM entry e CROSS JOIN times WHERE e.id >= {first} AND case_id IS NULL AND once ORDER BY k DESC, e.id
    """,
    """
    INSERT INTO leaf (idx, entry_id)
    SELECT (SELECT max(idx) FROM leaf) + row_number() OVER (ORDER BY id), id FROM entry WHERE id < {first}
    """,
    """
    INSERT INTO case_row (id, matter, version, unit, title, status, applicant, opened_at, changed_at, n, tip, actors, last)
    SELECT copied(id, years, k), matter, version, unit, title, status, applicant, earlier(opened_at, years),
        earlier(changed_at, years), n, sha256(tip || int4send(k)),
        (SELECT replace(jsonb_object_agg(key, value::bigint - k * {span}::bigint)::text, '": ', '":') FROM jsonb_each_text(actors::jsonb)),
        last - k * {span}::bigint
    FROM case_row JOIN times_of ON case_id = id ORDER BY k DESC, last
    """,
    """
    INSERT INTO task (whom, case_id, step, item, since, due, urged)
    SELECT whom, copied(case_id, years, k), step, item, since, due, urged FROM task JOIN times_of USING (case_id)
    """,
    """
    INSERT INTO part (person, last, case_id)
    SELECT person, last - k * {span}::bigint, copied(case_id, years, k) FROM part JOIN times_of USING (case_id) ORDER BY k DESC, last
    """,
    """
    INSERT INTO copy (person, case_id, actor, at)
    SELECT person, copied(case_id, years, k), actor, earlier(at, years) FROM copy JOIN times_of USING (case_id)
    """,
    """
    INSERT INTO mention (person, case_id, entry_id)
    SELECT person, copied(case_id, years, k), entry_id - k * {span}::bigint FROM mention JOIN times_of USING (case_id)
    """,
    """
    INSERT INTO ledger_entry (ledger, key, case_id, step, data, open, at)
    SELECT ledger, left(key, 390) || '.' || k, copied(case_id, years, k), step, data, open, earlier(at, years)
    FROM ledger_entry JOIN times_of USING (case_id)
    """,
    """
    INSERT INTO ledger_entry (ledger, key, step, data, open, at)
    SELECT ledger, left(key, 390) || '.' || k, step, data, open, earlier(l.at, years)
    FROM ledger_entry l CROSS JOIN times CROSS JOIN opening WHERE case_id IS NULL AND l.at > opening.at AND once
    """,
    """
    INSERT INTO file_use (sha256, case_id)
    SELECT encode(sha256((sha256 || k)::bytea), 'hex'), copied(case_id, years, k) FROM file_use JOIN times_of USING (case_id)
    """,
    """
    INSERT INTO stored_file (sha256, size, media, pages, blank_pages, kept_at, rule)
    SELECT encode(sha256((sha256 || k)::bytea), 'hex'), size, media, pages, blank_pages, earlier(kept_at, years), rule
    FROM stored_file CROSS JOIN times
    """,
    """
    INSERT INTO file_keeper (sha256, person, name)
    SELECT encode(sha256((sha256 || k)::bytea), 'hex'), person, name FROM file_keeper CROSS JOIN times
    """,
    """
    INSERT INTO alert (
        control, matter, about, kind, risk, unit, level, status, raised_at, entry_id, cases, explanation_zh, explanation_en, stage, holder,
        since, due, back, reason, closers, reported, people, changed_at, last
    )
    SELECT control, matter, k || '.' || left(about, 390), kind, risk, unit, level, status, earlier(raised_at, years),
        entry_id - k * {span}::bigint,
        (SELECT coalesce(jsonb_agg(copied(one, years, k)), '[]') FROM jsonb_array_elements_text(cases) one),
        explanation_zh, explanation_en, stage, holder, earlier(since, years), earlier(due, years), back, reason, closers, reported,
        people, earlier(changed_at, years), last - k * {span}::bigint
    FROM alert CROSS JOIN times WHERE here OR status <> 'open' ORDER BY k DESC, id
    """,
    """
    INSERT INTO alert_case (case_id, matter, control, about)
    SELECT copied(case_id, years, k), matter, control, k || '.' || left(about, 390) FROM alert_case CROSS JOIN times ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO duty (matter, parent, control, period, post, opens_at, due, case_id, holder, told)
    SELECT matter, parent, control, copied(left(period, 16), years, k), post, earlier(opens_at, years), earlier(due, years),
        copied(case_id, years, k), holder, told
    FROM duty JOIN times_of USING (case_id) ON CONFLICT DO NOTHING
    """,
)


def grow(events: int, years: int, busier: int) -> int:
    """Make an office that was lived in bigger, until its log has so many entries, over so many years; of what is under way and open there
    is ``busier`` times as much. The number of entries then."""
    with connection.cursor() as cursor:
        cursor.execute(LIVED)
        ordinary, span, lived = cursor.fetchone()
        copies = max(-(-(events - lived - (lived - ordinary) * (years - 1)) // ordinary), years - 1)
        for statement in (CREATED, *COPIES):
            cursor.execute(statement.format(span=span, first=FIRST, copies=copies, years=years, busier=busier))
        cursor.execute("SET search_path TO public")
        cursor.execute("DROP SCHEMA bench CASCADE")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM entry")
        count: int = cursor.fetchone()[0]
    return count
