"""The same detectors on another engine: what each finds on Spark is what it finds on DuckDB, of the guilty and of the innocent."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import pytest
from bench.ledgers import LEDGERS, table

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.wording import both
from lianfang.watch.detectors import detector, known
from lianfang.watch.engine import complete, entries, find

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SMALL = 12_000
"""Entries of all ledgers together."""
WATCHED = {name: (ledger, settings) for ledger, one in LEDGERS.items() for name, settings in one.watched.items()}
Rows = Sequence[Mapping[str, Any]]
# PySpark leaves the sockets by which it is given tables, and gives them, for Python to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    """Spark on two cores of this machine: small, and without pages of its own."""
    from pyspark import SparkContext  # noqa: PLC0415 slow to start
    from pyspark.sql import SparkSession  # noqa: PLC0415

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        # Of tables as small as these most of the time would go into compiling their queries.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.driver.memory": "1g",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    # Else Java stays for as long as the process that runs the tests.
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    gc.collect()


def on_spark(spark: SparkSession, name: str, settings: Mapping[str, Any], rows: Rows) -> list[Finding]:
    """``find``, with Spark in the place of DuckDB."""
    settings = complete(name, settings)
    read = entries(name, settings, rows)
    if not read.num_rows:
        return []
    spark.createDataFrame(read).createOrReplaceTempView("rows")
    backend = ibis.pyspark.connect(spark)
    sql = backend.compile(detector(name).find(backend.table("rows"), settings))
    found: list[Finding] = detector(name).findings(spark.sql(sql).toArrow().to_pylist(), settings, both)
    return found


def test_every_detector_finds_the_same_on_spark(spark: SparkSession) -> None:
    """Its example, which is guilty; the first entry alone, which is not but where every entry is; and a ledger with some of each. All
    in one test: Spark is started once, whoever else runs tests meanwhile."""
    ours, theirs = dict[tuple[str, str], list[Finding]](), dict[tuple[str, str], list[Finding]]()
    for name in known():
        example, (ledger, settings) = detector(name).EXAMPLE, WATCHED[name]
        for what, given, rows in (
            ("guilty", example["settings"], example["rows"]),
            ("innocent", example["settings"], example["rows"][:1]),
            (ledger, settings, table(ledger, SMALL).to_pylist()),
        ):
            ours[name, what] = find(name, given, rows)
            theirs[name, what] = on_spark(spark, name, given, rows)
    assert theirs == ours
