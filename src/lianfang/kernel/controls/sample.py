"""sample 抽查: a random share of what was finished is checked again, drawn by what nobody chose and everybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lianfang.kernel.controls.base import ACCEPT, PERFORM, WATCH, Control, Kind, Param, Setting, Source, only_holders, turn_matter
from lianfang.kernel.controls.draw import draw
from lianfang.kernel.hands import EVERYBODY, Apart, Hands, Seats
from lianfang.kernel.model import COMMENT, Field, Step, Text
from lianfang.kernel.schedule import Span

HUNDRED = 100
OF, DONE = Text("抽中的办件", "Case drawn"), Text("检查情况及结论", "What was checked and found")
ACTORS, PERIOD = "actors", "period"
"""The columns of the ledger in which the drawn stand."""


class Drawn(NamedTuple):
    """A draw: the share of a period's cases that is checked, and all that it takes to draw again.

    ``size`` entries of the log stand before the first that is not before the period's end, and ``root`` (hex) is their Merkle root.
    ``population`` is the SHA-256 of the finished cases' numbers, sorted, each followed by a line feed; ``of`` is how many they are.
    """

    period: str
    begins: str
    ends: str
    size: int
    root: str
    population: str
    of: int
    cases: tuple[str, ...]

    def as_json(self, matter: str, version: str, control: str, *, voters: bool = True, comments: bool = False) -> dict[str, Any]:
        """The draw as the entries of the drawn keep it; ``voters`` says that those who voted stand among the actors, ``comments`` that
        those do who only commented. The first draws that logs hold say neither: they are without the former and with the latter."""
        held = {name: getattr(self, name) for name in self._fields if name != "cases"}
        return {
            "matter": matter, "version": version, "control": control, **held, "drawn": list(self.cases),
            **({"voters": True} if voters else {}), **({} if comments else {"comments": False}),
        }  # fmt: skip


def drawn(matter: str, control: Control, span: Span, size: int, root: str, cases: Iterable[str]) -> Drawn:
    """Draw from the cases of a matter that were finished in a period. Pure: the same for whoever draws; none of no cases."""
    listed = sorted({*cases})
    digest = hashlib.sha256("".join(f"{case}\n" for case in listed).encode()).hexdigest()
    count = how_many(control.params["share"], len(listed))
    chosen = draw(root, f"{matter}/{control.id}/{span.name}", listed, count) if listed else []
    return Drawn(span.name, span.begins, span.ends, size, root, digest, len(listed), tuple(sorted(chosen)))


def how_many(share: tuple[int, int] | int, of: int) -> int:
    """How many of so many cases are drawn: a share rounded up, a count as far as there are cases."""
    return min(of, share) if isinstance(share, int) else -(-of * share[0] // share[1])


def took_part(command: Mapping[str, Any], *, voters: bool = True, comments: bool = False) -> set[str]:
    """Who had a part in a case by an accepted command, as the log keeps it: who acted, in whose name, and who voted; not who commented."""
    if command["act"] == COMMENT and not comments:
        return set()
    data = command["data"] if voters and "attendance" in command["data"] else {}
    voted = (vote["person"] for vote in data.get("votes", ()))
    return {command["actor"], command.get("behalf") or command["actor"], *voted, *data.get("cast_by", ())}


def checker(control: Control, actors: Collection[str], holders: Callable[[str], Collection[str]]) -> str:
    """The post that checks a drawn case: the first of `by` with a holder who did not act in it; the first of all where there is none."""
    posts: tuple[str, ...] = control.params["by"]
    return next((post for post in posts if any(person not in actors for person in holders(post))), posts[0])


def _matter(control: Source, matter: Source) -> dict[str, Any]:
    """The small matter in which a drawn case is checked, by nobody who acted in it."""
    posts = control["by"] if isinstance(control["by"], list) else [control["by"]]
    title = {"zh": "检查人没有办理过抽中的办件", "en": "Who checks a case did not act in it"}
    apart = {
        "id": "not-an-actor", "kind": "qualified", "title": title, "at": [PERFORM], "ledger": control.get("ledger"), "key": "period",
        "barred": ACTORS,
    }  # fmt: skip
    if len(posts) == 1:
        return turn_matter(control, matter, control["title"], OF, DONE, posts[0], controls=[apart])
    return turn_matter(control, matter, control["title"], OF, DONE, "applicant", controls=[only_holders(control, [PERFORM], posts), apart])


def _hands(control: Control, setting: Setting) -> Iterator[Hands]:
    """Who checks a case, and who accepts that."""
    checks, accepts = f"{control.id}/{PERFORM}", f"{control.id}/{ACCEPT}"
    yield Seats(checks, "", 1, control.params["by"])
    yield Apart((EVERYBODY, checks))
    if control.params["accept_by"]:
        yield Seats(accepts, "", 1, (control.params["accept_by"],))
        yield Apart((checks, accepts))


def _check(params: Mapping[str, Any], record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    share = params["share"]
    if not (share > 0 if isinstance(share, int) else 0 < share[0] <= share[1]):
        yield Text("share 应为 1% 至 100%，或 1 件以上", "share is from 1% to 100%, or one case or more")


KIND = Kind(
    id="sample",
    family=WATCH,
    title=Text("抽查", "Sample"),
    demand=Text(
        "随机抽取一部分已办结的，由没有办理过它的人再查一遍",
        "a random part of what was finished is checked again, by somebody who did not act in it",
    ),
    params=(
        Param("share", "share", Text("抽多少：如 5%（向上取整），或件数", "how much: such as 5% (rounded up), or how many cases"),
              required=True),
        Param("every", "choice:week|month|quarter|year", Text("抽查周期", "how often"), required=True),
        Param("ledger", "ledger", Text("登记抽中办件的台账，有 period（text）和 actors（people）两栏",
                                       "the ledger in which the drawn stand, with the columns period (text) and actors (people)"),
              required=True),
        Param("by", "posts", Text("由哪个岗位检查；几个岗位的，按次序由第一个有人没有办理过该件的岗位检查",
                                  "the post that checks; of several, the first with somebody who did not act in the case"),
              required=True),
        Param("within", "duration", Text("周期结束后多久内查完", "how long after the period's end"), required=True),
        Param("proof", "choice:note|file", Text("佐证方式", "what proves it"), default="note"),
        Param("accept_by", "post", Text("由谁核验", "who accepts it"), default=""),
    ),
    check=_check,
    blind=Text(
        "看不出检查是否走过场。周期结束前的最后一刻，能反复试写存证的人可能左右种子；单位整期不抽，只能从没有抽查记录看出来。",
        "It can't see a check for show. Who can try out entries of the log in the last moment of a period may sway the seed; an office that"
        " does not draw at all for a period shows it only by having no draw.",
    ),
    method=Text(
        "总体是该周期内办结的本事项办件，按编号排序。种子是存证日志中第一条不早于周期结束的存证之前全部存证的默克尔根（十六进制），"
        "另写的字符是“事项/防控措施/周期”，抽法与 draw 相同。周期结束一小时后抽取；总体的 SHA-256、种子和结果都写入每件抽中办件的存证，"
        "核验存证包时重新抽取并比对。抽中的每件成为 by 岗位的一项待办，办理过或表决过该件的人不得检查；by 写了几个岗位的，归其中第一个"
        "有人没有办理过该件的，各岗位都可以检查；逾期预警。",
        "The population is the cases of the matter that were finished in the period, sorted by their numbers. The seed is the Merkle root"
        " (hex) of all entries of the log before the first that is not before the period's end, the word is “matter/control/period”, and"
        " it is drawn as `draw` does. That happens an hour after the end; the SHA-256 of the population, the seed and the result stand in"
        " the entry of each case drawn, and whoever verifies a bundle draws again and compares. Each case drawn is a turn that the post"
        " `by` does, and nobody who acted in the case or voted on it; of several posts it falls to the first with somebody who did"
        " not, and any of them may do it. One that is late is alarmed.",
    ),
    example="""\
id: spot-check
kind: sample
share: 5%
every: month
ledger: spot-checks
by: [supervisor, auditor]
within: 15d
""",
    matter=_matter,
    hands=_hands,
)  # fmt: skip
