"""Fuel against kilometres and tank (油耗异常): fuel that the tank can't have held, an odometer that went back, a fill far above the
car's own usual.

Source: fleet audit (litres by kilometres between fills, what a tank can hold). Median and MAD, of the fills before, because one false
fill must not hide the next (Iglewicz and Hoaglin 1993).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.base import Param
from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration, utc_moment
from lianfang.watch.columns import span
from lianfang.watch.detectors import LATE, values, with_new

if TYPE_CHECKING:
    import ibis

SETTINGS = (
    Param("car", "column", Text("车辆所在的栏目", "the column of the car"), required=True),
    Param("litres", "column:int", Text("加油升数所在的栏目", "the column of the litres"), required=True),
    Param("odometer", "column:int", Text("加油时里程表读数所在的栏目", "the column of the odometer at the fill"), required=True),
    Param("moment", "column:datetime", Text("时间所在的栏目", "the column of the moment"), required=True),
    Param("tank", "figure:litres", Text("最大的油箱装多少升", "litres that the largest tank holds"), required=True),
    Param("most", "int", Text("百公里最多可能耗多少升", "litres that 100 km can use up at most"), default=30),
    Param(
        "window", "duration", Text("多长时间之内的几次加油合起来与油箱比", "within how long fills are held against the tank"), default="3d"
    ),
    Param("history", "int", Text("与此前最多几次比", "with how many fills before it is compared at most"), default=20),
    Param("least", "int", Text("此前至少几次才作比较", "how many fills before make a comparison"), default=5),
    Param("spread", "int", Text("超出中位数几倍绝对中位差", "how many median deviations above the median"), default=3),
    Param("percent", "int", Text("同时至少高出中位数百分之几", "and how much of a hundred above the median at least"), default=30),
)
TITLE = Text("油耗异常", "Fuel against kilometres and tank")
METHOD = Text(
    "逐车按时间看每次加油：①一段时间内加的油，减去这段里程最多能耗的油，仍超过油箱容积；②里程表读数比上次加油时小；"
    "③两次加油之间折算的百公里油耗，比本车此前各次的中位数高出若干倍绝对中位差，且高出一定比例。只与此前的比，以后的加油不改变已有的结论。",
    "Car by car, in order of time: (1) fuel bought within a while, less what the kilometres between can have used, is more than the tank"
    " holds; (2) the odometer is lower than at the fill before; (3) the litres by 100 km since the fill before lie several median"
    " deviations, and a least share, above the median of the car's earlier fills. Only earlier fills are compared, so that later ones"
    " change no finding.",
)
BLIND_SPOTS = Text(
    "每次只多加一点、始终保持同一油耗的；加油时读数虚报的；油箱比最大的小的车，差额之内看不出；油耗低于往常的不报。",
    "A little too much each time, so that it is the car's usual; a false reading at the fill; with a smaller tank, the difference to the"
    " largest; less fuel than usual is not told.",
)
FALSE_ALARMS = Text(
    "上次没有加满、这次加满；长时间怠速、堵车、拖载、空调；里程表更换或抄错。",
    "The fill before was not full and this one is; long idling, traffic, a load, air conditioning; an odometer that was replaced or"
    " misread.",
)
STRONG, WEAK = 3, 2
EXAMPLE: Mapping[str, Any] = {
    "settings": {"car": "car", "litres": "litres", "odometer": "odometer", "moment": "moment", "tank": 70},
    "rows": (
        {"key": "slip-1", "case": "a", "car": "van", "litres": 45, "odometer": 48_220, "moment": "2026-03-02T02:00:00Z"},
        {"key": "slip-2", "case": "a", "car": "van", "litres": 45, "odometer": 48_224, "moment": "2026-03-02T02:20:00Z"},
    ),
}


def prepare(row: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """A fill; those of one car belong together. None where a value is missing."""
    found = values(row, settings, car=str, litres=int, odometer=int, moment=str)
    if found is None:
        return None
    return {**found, "second": int(utc_moment(found["moment"]).timestamp()), "traits": [found["car"]]}


def find(table: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The fills that are wrong, of the cars with a new one: ``what`` (full, back or rate), and what it is measured by."""
    import ibis  # noqa: PLC0415 what is declared above is read without the engine

    order: dict[str, Any] = {"group_by": "car", "order_by": ["second", "key"]}
    fills = with_new(table, "car").drop("traits")
    fills = fills.mutate(
        nth=ibis.row_number().over(**order),
        before=fills.odometer.lag().over(**order),
        filled=fills.litres.sum().over(rows=(None, 0), **order).cast("int64"),
    )
    fills = fills.mutate(km=fills.odometer - fills.before, rate=ibis.null("float64"))
    fills = fills.mutate(rate=(fills.km > 0).ifelse(fills.litres * 100.0 / fills.km.nullif(0), ibis.null("float64")))
    return ibis.union(_full(fills, settings), _back(fills), _rate(fills, settings)).order_by("car", "second", "key", "what")


SHOWN = ("car", "key", "case", "second", "litres", "odometer", "km")


def _full(fills: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    """The fill after which the tank would run over, and the one from which on: where there are several, the worst."""
    import ibis  # noqa: PLC0415

    first = fills.view()
    pairs = fills.join(
        first,
        [fills.car == first.car, first.nth <= fills.nth, first.second >= fills.second - span(settings)],
        rname="{name}_1",
        how="inner",
    )
    held = pairs.mutate(total=pairs.filled - pairs.filled_1 + pairs.litres_1, driven=ibis.greatest(pairs.odometer - pairs.odometer_1, 0))
    held = held.mutate(over=held.total * 100 - held.driven * settings["most"] - settings["tank"] * 100)
    worst = held.mutate(place=ibis.row_number().over(group_by="key", order_by=[ibis.desc("over"), ibis.desc("nth_1")]))
    worst = worst.filter((worst.over > 0) & (worst.place == 0))
    return worst.select(
        *SHOWN, what=ibis.literal("full"), first=worst.case_1, total=worst.total.cast("float64"), usual=worst.driven.cast("float64")
    )


def _back(fills: ibis.Table) -> ibis.Table:
    import ibis  # noqa: PLC0415

    back = fills.filter(fills.km < 0)
    return back.select(*SHOWN, what=ibis.literal("back"), first=back.case, total=back.before.cast("float64"), usual=ibis.null("float64"))


def _rate(fills: ibis.Table, settings: Mapping[str, Any]) -> ibis.Table:
    import ibis  # noqa: PLC0415

    rated = fills.filter(fills.rate.notnull())
    rated = rated.mutate(nth=ibis.row_number().over(group_by="car", order_by=["second", "key"]))
    earlier = rated.view()
    near = [rated.car == earlier.car, earlier.nth < rated.nth, earlier.nth >= rated.nth - settings["history"]]
    pairs = rated.join(earlier, near, rname="{name}_1")
    usual = pairs.group_by("key").agg(count=lambda one: one.rate_1.count(), usual=lambda one: one.rate_1.median())
    off = pairs.join(usual, "key")
    off = off.group_by("key").agg(mad=(off.rate_1 - off.usual).abs().median())
    held = rated.join(usual, "key").join(off, "key")
    high = held.filter(
        (held["count"] >= settings["least"])
        & (held.rate - held.usual > held.mad * settings["spread"])
        & (held.rate * 100 >= held.usual * (100 + settings["percent"]))
    )
    return high.select(*SHOWN, what=ibis.literal("rate"), first=high.case, total=high.rate, usual=high.usual)


def horizon(settings: Mapping[str, Any]) -> int:
    """Seconds back within which fills are new; all of the same car are brought along."""
    return LATE


def findings(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], label: Callable[[str], Text]) -> list[Finding]:
    """One finding a fill and thing that is wrong with it."""
    return [_finding(row, settings, label(row["car"])) for row in rows]


def _finding(row: Mapping[str, Any], settings: Mapping[str, Any], car: Text) -> Finding:
    case, litres, km = row["case"], row["litres"], row["km"]
    cases, strength = (case,), STRONG
    match row["what"]:
        case "full":
            total, driven, window = int(row["total"]), int(row["usual"]), Duration.parse(settings["window"]).words
            cases = tuple(dict.fromkeys([row["first"], case]))
            used = -(-driven * settings["most"] // 100)
            text = Text(
                f"{car.zh} {window.zh}内加油 {total} 升，其间只行驶 {driven} 公里（至多耗 {used} 升），油箱至多 {settings['tank']} 升，"
                "装不下，"
                "疑似油加到了别处或虚开。也可能无误：升数、读数抄错。请核对小票、油卡账单和当日行程。",
                f"Within {window.en}, {total} litres went into {car.en}, which drove {driven} km meanwhile (using {used} litres at"
                " most); a tank "
                f"holds {settings['tank']} at most, so that some went elsewhere or was never bought. It can be innocent: litres or a"
                " reading"
                " copied wrongly. Compare the slips, the card's statement and the day's trips.",
            )
        case "back":
            text = Text(
                f"{car.zh} 加油时里程表为 {row['odometer']} 公里，比上次加油时的 {int(row['total'])} 公里还少。也可能无误：读数抄错，或"
                "里程表"
                "更换后未登记。请查看里程表。",
                f"At the fill the odometer of {car.en} stood at {row['odometer']} km, below the {int(row['total'])} km of the fill"
                " before. It can"
                " be innocent: misread, or replaced without a record. Look at the odometer.",
            )
        case _:
            strength = WEAK
            text = Text(
                f"{car.zh} 加油 {litres} 升，距上次加油 {km} 公里，折合百公里 {row['total']:.1f} 升，本车此前通常为 {row['usual']:.1f} 升。"
                "也可能无误：上次没有加满、长时间怠速或堵车。请核对行程和上次加油。",
                f"{litres} litres into {car.en}, {km} km after the fill before: {row['total']:.1f} litres by 100 km, where"
                f" {row['usual']:.1f} was"
                " usual for this car. It can be innocent: the fill before was not full, long idling or traffic. Compare the trips and"
                " that fill.",
            )
    return Finding(f"{row['what']}|{row['key']}", tuple(filter(None, cases)), strength, text, fixed=True)
