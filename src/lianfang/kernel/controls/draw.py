"""draw 随机抽取: drawn by a seed that was committed to before the list was closed and revealed after, so that anyone can draw again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count as numbers_from
from typing import Any, NamedTuple

from lianfang.kernel.alike import fold
from lianfang.kernel.conditions import type_name
from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting, unfit
from lianfang.kernel.model import Case, Command, Facts, Field, Refusal, Step, Text, Values
from lianfang.kernel.wording import both, joined, named, quoted

SPAN = 1 << 256
"""How many numbers a SHA-256 can be."""
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
WORDS = ("text", "longtext")
MANY = ("people", "list")
DRAWN = (*MANY, "text", "person", "entry")
Params = Mapping[str, Any]


def commitment_of(seed: str) -> str:
    """What is written down of a seed before it is revealed: the SHA-256 of its UTF-8, in lower-case hex."""
    return hashlib.sha256(seed.encode()).hexdigest()


def numbers(seed: str, word: str) -> Iterator[int]:
    """The numbers that a seed and a word give: SHA-256 of ``seed NUL word NUL counter``, the counter in decimal from 0."""
    return (int.from_bytes(hashlib.sha256(f"{seed}\0{word}\0{n}".encode()).digest(), "big") for n in numbers_from())


def below(size: int, stream: Iterator[int]) -> int:
    """A number from 0 to ``size`` - 1, each as likely: one from the last, incomplete round of the span is passed over."""
    return next(number for number in stream if number < SPAN - SPAN % size) % size


def draw(seed: str, word: str, candidates: Iterable[str], count: int) -> list[str]:
    """Draw from the candidates in the order of their code points: each time the one at the next number among those that remain."""
    left, stream = sorted(candidates), numbers(seed, word)
    if not 1 <= count <= len(left):
        raise ValueError(count)
    return [left.pop(below(len(left), stream)) for _ in range(count)]


def _named(value: Any, column: str) -> list[str]:
    """The names that a field holds: of people, of the lines of a list, or a single one."""
    if isinstance(value, list):
        return [str((row.get(column) or "") if isinstance(row, dict) else row).strip() for row in value]
    return [str(value).strip()] if value else []


class _Act(NamedTuple):
    """One act as the gate looks at it."""

    control: Control
    setting: Setting
    case: Case
    command: Command
    values: Values

    @property
    def params(self) -> Params:
        return self.control.params

    def label(self, param: str) -> Text:
        return self.setting.label(self.params[param])

    def done(self, param: str) -> bool:
        return self.params[param] in self.case.acts

    def candidates(self) -> list[str]:
        return _named(self.values[self.params["candidates"]], self.params["name"])

    def least(self) -> int:
        """How many must stand on the list: a draw of all who stand there is none."""
        return int(self.params["count"](self.values)) + int(self.params["spare"])

    def remaining(self) -> list[str]:
        out = {fold(name) for name in _named(self.values.get(self.params["excluded"]), self.params["name"])}
        return [name for name in self.candidates() if fold(name) not in out]

    def refuse(self, message: Text, remedy: Text, **shown: Any) -> Refusal:
        return self.control.refuse(message, remedy, shown)

    def again(self) -> Text:
        """How to comply where a seed has served its turn."""
        commit = self.label("commit")
        return Text(f"请退回“{commit.zh}”，以新的种子重新开始。", f"Go back to “{commit.en}” and begin again with a new seed.")

    def too_late(self, param: str) -> Refusal:
        done, doing = self.label(param), self.setting.label(self.command.step)
        return self.refuse(
            Text(f"“{done.zh}”已经办理，不能再办理“{doing.zh}”。", f"“{done.en}” is done, so “{doing.en}” can't be done any more."),
            self.again(),
            done=self.params[param],
        )

    def too_early(self, param: str) -> Refusal:
        needed, doing = self.label(param), self.setting.label(self.command.step)
        return self.refuse(
            Text(f"“{needed.zh}”尚未办理，不能办理“{doing.zh}”。", f"“{needed.en}” is not done yet, so “{doing.en}” can't be done."),
            Text(f"请先办理“{needed.zh}”。", f"First have “{needed.en}” done."),
            missing=self.params[param],
        )

    def same_person(self) -> Refusal | None:
        """Who knows the seed has no hand in the list."""
        did_it = {one for act in self.case.acts.get(self.params["commit"], ()) for one in act.people}
        if not self.params["distinct"] or did_it.isdisjoint(self.command.people):
            return None
        did, doing = self.label("commit"), self.setting.label(self.command.step)
        return self.refuse(
            Text(f"您办理过“{did.zh}”，知道种子，不能再办理“{doing.zh}”。",
                 f"You did “{did.en}” and know the seed, so you can't do “{doing.en}”."),
            Text(f"请由其他有权人员办理“{doing.zh}”。", f"Let another entitled person do “{doing.en}”."),
            person=self.command.actor,
        )  # fmt: skip

    def known_seed(self) -> Refusal | None:
        """A seed that stands in the record from an earlier reveal decides nothing any more."""
        seed, commitment = self.case.values.get(self.params["seed"]), self.values.get(self.params["commitment"])
        if not seed or commitment_of(str(seed)) != commitment:
            return None
        field = self.label("commitment")
        return self.refuse(
            Text(f"“{field.zh}”所对应的种子已经公开，不能再用于抽取。",
                 f"The seed of “{field.en}” is known already; nothing can be drawn by it."),
            self.again(),
            commitment=commitment,
        )  # fmt: skip

    def too_short(self, what: Text, has: int, needs: int, remedy: Text) -> Refusal:
        return self.refuse(
            Text(f"“{what.zh}”有 {has} 个字符，须有 {needs} 个以上，才猜不出来。",
                 f"“{what.en}” has {has} characters; it needs {needs} or more, lest it be guessed."),
            remedy,
            has=has, needs=needs,
        )  # fmt: skip

    def too_few(self, left: int, remedy: Text) -> Refusal:
        listed, least, spare = self.label("candidates"), self.least(), self.params["spare"]
        return self.refuse(
            Text(f"“{listed.zh}”中可供抽取的有 {left} 个，须有 {least} 个以上（抽取 {least - spare} 个，另有 {spare} 个以上备选）。",
                 f"“{listed.en}” has {left} to draw from and needs {least} or more ({least - spare} drawn, {spare} or more to spare)."),
            remedy,
            candidates=left, needed=least,
        )  # fmt: skip


def _commit(act: _Act) -> Refusal | None:
    """The commitment is a SHA-256, new, and before everything else."""
    for param in ("reveal", "close", "commit"):
        if act.done(param):
            return act.too_late(param)
    name, field = act.params["commitment"], act.label("commitment")
    given = str(act.command.data.get(name, ""))
    if not _HASH(given):
        return act.refuse(
            Text(f"“{field.zh}”应为种子的 SHA-256（64 位小写十六进制），现为“{given}”。",
                 f"“{field.en}” should be the SHA-256 of the seed (64 lower-case hex digits), and is “{given}”."),
            Text("请对种子计算 SHA-256 后填写，种子本身暂不公开；误把种子填上的，请另取新的种子。",
                 "Enter the SHA-256 of the seed and keep the seed to yourself; take a new one if you entered the seed itself."),
            given=given,
        )  # fmt: skip
    if given == act.case.values.get(name):
        return act.refuse(
            Text(f"“{field.zh}”与本件上一次的相同，种子不能重复使用。", f"“{field.en}” is that of the time before; a seed serves once."),
            Text("请另取新的种子。", "Take a new seed."),
            given=given,
        )
    return act.known_seed()


def _close(act: _Act) -> Refusal | None:
    """The list is closed after the commitment, by somebody else, with a word of the closer's own that nobody knew before."""
    if not act.done("commit"):
        return act.too_early("commit")
    for param in ("reveal", "close"):
        if act.done(param):
            return act.too_late(param)
    refusal = act.same_person() or act.known_seed()
    if refusal is not None:
        return refusal
    name, field = act.params["word"], act.label("word")
    word = str(act.command.data.get(name, ""))
    if len(fold(word)) < act.params["word_length"]:
        remedy = Text("请另写一串旁人猜不到的字符。", "Write a row of characters that nobody can guess.")
        return act.too_short(field, len(fold(word)), act.params["word_length"], remedy)
    if word == act.case.values.get(name):
        return act.refuse(
            Text(f"“{field.zh}”与本件上一次的相同，已为人所知。", f"“{field.en}” is that of the time before, which is known."),
            Text("请另写一串旁人猜不到的字符。", "Write another row of characters that nobody can guess."),
            word=word,
        )
    return _list(act)


def _list(act: _Act) -> Refusal | None:
    names, listed = act.candidates(), act.label("candidates")
    seen: dict[str, int] = {}
    for line, name in enumerate(names, 1):
        key = fold(name)
        if not key:
            return act.refuse(
                Text(f"“{listed.zh}”第 {line} 行没有名称。", f"Line {line} of “{listed.en}” names nobody."),
                Text("请填写名称，或删除这一行。", "Enter the name, or remove the line."),
                line=line,
            )
        if key in seen:
            return act.refuse(
                Text(f"“{listed.zh}”第 {seen[key]} 行与第 {line} 行都是“{name}”，抽中的机会加倍。",
                     f"Lines {seen[key]} and {line} of “{listed.en}” are both “{name}”, which doubles the chance to be drawn."),
                Text("请删除重复的一行；确为不同的人的，请加以区别。", "Remove one of the two; if they are two people, tell them apart."),
                lines=[seen[key], line], name=name,
            )  # fmt: skip
        seen[key] = line
    if len(names) < act.least():
        return act.too_few(len(names), Text("请补足名单后再办理。", "Fill up the list, then close it."))
    return None


def _exclude(act: _Act) -> Refusal | None:
    """Who may not be drawn is on record before the seed is revealed, and not said by who knows the seed."""
    if act.params["excluded"] not in act.command.data:
        return None
    return act.too_late("reveal") if act.done("reveal") else act.same_person()


def _reveal(act: _Act) -> Refusal | None:
    """The seed is the one that was committed to, and enough candidates remain."""
    for param in ("commit", "close"):
        if not act.done(param):
            return act.too_early(param)
    seed, field = str(act.values[act.params["seed"]]), act.label("seed")
    committed, given = str(act.values[act.params["commitment"]]), commitment_of(seed)
    if given != committed:
        named = act.label("commitment")
        return act.refuse(
            Text(f"“{field.zh}”的 SHA-256 为 {given[:12]}…，与“{named.zh}”{committed[:12]}… 不符。",
                 f"The SHA-256 of “{field.en}” is {given[:12]}…, which is not “{named.en}”, {committed[:12]}…."),
            Text("请逐字填写当初的种子（空格和大小写也算）；找不到的，退回重新开始。",
                 "Enter the seed of then, sign by sign (spaces and case count); if it is lost, go back and begin again."),
            committed=committed, given=given,
        )  # fmt: skip
    if len(seed) < act.params["seed_length"]:
        return act.too_short(field, len(seed), act.params["seed_length"], act.again())
    left = len(act.remaining())
    return act.too_few(left, act.again()) if left < act.least() else None


def _drawn(act: _Act) -> Refusal | None:
    """Those named are those whom the seed, the word and the list give, whatever their order."""
    if act.command.step != act.params["reveal"] and not act.done("reveal"):
        return act.too_early("reveal")
    params, values, field = act.params, act.values, act.label("drawn")
    should = draw(str(values[params["seed"]]), str(values[params["word"]]), act.remaining(), act.params["count"](values))
    given = _named(values[params["drawn"]], params["name"])
    if sorted(map(fold, given)) == sorted(map(fold, should)):
        return None
    wanted, there = {fold(name) for name in should}, {fold(name) for name in given}
    over, short = [n for n in given if fold(n) not in wanted], [n for n in should if fold(n) not in there]
    result = joined(quoted(both(name)) for name in should)
    differing = [
        *([Text(f"未被抽中而列入的：{named(over).zh}", f"named and not drawn: {named(over).en}")] if over else []),
        *([Text(f"抽中而未列入的：{named(short).zh}", f"drawn and not named: {named(short).en}")] if short else []),
    ] or [Text("有人列了两次", "somebody is named twice")]
    return act.refuse(
        Text(f"“{field.zh}”与抽取结果不符（{'；'.join(t.zh for t in differing)}）。",
             f"“{field.en}” is not what was drawn ({'; '.join(t.en for t in differing)})."),
        Text(f"由种子和名单算得的是：{result.zh}，请照此填写；任何人都可以重算。",
             f"The seed and the list give: {result.en}. Enter these; anyone can reckon it again."),
        given=given, drawn=should, over=over, short=short,
    )  # fmt: skip


def _build(control: Control, setting: Setting) -> Gate:
    params = control.params
    judges: dict[str, tuple[Callable[[_Act], Refusal | None], ...]] = dict.fromkeys(params["excluding"], (_exclude,))
    judges |= dict.fromkeys(params["at"], (_drawn,))
    judges |= {params["commit"]: (_commit,), params["close"]: (_close,)}
    judges[params["reveal"]] = (_reveal, *judges.get(params["reveal"], ()))

    def judge(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        act = _Act(control, setting, case, command, values)
        return next((refusal for one in judges[command.step] if (refusal := one(act)) is not None), None)

    return Gate(judge)


def _steps(params: Params) -> tuple[str, ...]:
    return tuple(dict.fromkeys((params["commit"], params["close"], *params["excluding"], params["reveal"], *params["at"])))


def _barred(params: Params) -> tuple[str, ...]:
    """Once its seed is known nothing of a draw is done again by itself: a new one begins with a new seed, or before."""
    return (params["close"], *params["excluding"], params["reveal"])


def _check(params: Params, record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    commit, close, reveal, excluding = params["commit"], params["close"], params["reveal"], params["excluding"]
    at, own = {*params["at"]}, (commit, close, reveal)
    if len({*own}) < len(own) or {commit, close} & at or {commit, reveal, *at} & {*excluding}:
        yield Text("commit、close、reveal 须为不同的环节，at 在其后，excluding 在 reveal 之前",
                   "commit, close and reveal are different steps, at comes after them, excluding before reveal")  # fmt: skip
    if bool(params["excluded"]) != bool(excluding):
        yield Text("excluded 与 excluding 须同时写明", "excluded and excluding belong together")
    for step in steps.values():
        if step.returns_to == close:
            yield Text(f"环节“{step.id}”不能退回到“{close}”，应退回到“{commit}”",
                       f"the step {step.id!r} can't return to {close!r}, but to {commit!r}: a new draw has a new seed")  # fmt: skip
    for param, allowed in (
        ("commitment", (commit,)), ("candidates", (close,)), ("word", (close,)), ("seed", (reveal,)),
        ("excluded", excluding), ("drawn", params["at"]),
    ):  # fmt: skip
        yield from _only_at(param, params[param], allowed, steps)
    yield from _types(params, record)
    yield from _count(params, record, steps)


def _only_at(param: str, field: str, allowed: Iterable[str], steps: Mapping[str, Step]) -> Iterator[Text]:
    """What decides the draw is set where the gate looks, and nowhere else."""
    for step in steps.values():
        if field in step.form and step.id not in allowed:
            where = "、".join(allowed)
            yield Text(f"{param}“{field}”只能在“{where}”填写，不能在“{step.id}”",
                       f"{param} {field!r} is set at {', '.join(allowed)} only, not at {step.id!r}")  # fmt: skip


def _types(params: Params, record: Mapping[str, Field]) -> Iterator[Text]:
    wanted = {"commitment": WORDS, "word": WORDS, "seed": WORDS, "candidates": MANY, "excluded": MANY, "drawn": DRAWN}
    for param, types in wanted.items():
        field = record.get(params[param])
        if field is None:
            continue
        yield from unfit(param, field, types)
        if field.type == "list" and "list" in types and params["name"] not in field.of:
            yield Text(
                f"列表“{field.id}”没有 name 所指的栏目“{params['name']}”", f"the list {field.id!r} has no column {params['name']!r} (name)"
            )


def _count(params: Params, record: Mapping[str, Field], steps: Mapping[str, Step]) -> Iterator[Text]:
    count = params["count"]
    if count.type != "int":
        yield Text(f"count 应为整数，现为 {type_name(count.type)}", f"count should be a whole number, not {type_name(count.type)}")
    elif not count.uses & record.keys() and count({}) < 1:
        yield Text("count 至少为 1", "count is 1 or more")
    for param, least in (("spare", 1), ("seed_length", 16), ("word_length", 1)):
        if params[param] < least:
            yield Text(f"{param} 至少为 {least}", f"{param} is {least} or more")
    for name in (params["reveal"], *params["excluding"], *params["at"]):
        for field in sorted(count.uses & {*steps[name].form}):
            if name != params["close"]:
                yield Text(f"“{field}”定抽取的数目，不能在“{name}”填写", f"{field!r} says how many are drawn: it is not set at {name!r}")


KIND = Kind(
    id="draw",
    family=GATE,
    title=Text("随机抽取", "Random draw"),
    demand=Text("随机抽取，任何人都可以验证", "chosen at random, and anyone can verify it"),
    params=(
        Param("commit", "step", Text("记下种子承诺的环节", "the step that records the commitment to the seed"), required=True),
        Param("close", "step", Text("名单定稿的环节", "the step that closes the list"), required=True),
        Param("reveal", "step", Text("公开种子的环节", "the step that reveals the seed"), required=True),
        Param("at", "steps", Text("填写或使用抽取结果的环节", "the steps that name or rely on the drawn"), required=True, demands=True),
        Param("commitment", "field", Text("种子承诺（种子的 SHA-256）", "the commitment: the SHA-256 of the seed"), required=True),
        Param("candidates", "field", Text("名单：人员或列表", "the list to draw from: people, or a list"), required=True),
        Param("word", "field", Text("名单定稿人另写的字符，与种子一同决定结果，使知道种子的人也算不出结果",
                                    "what the closer of the list writes: it decides together with the seed, so that who knows the seed"
                                    " can't foresee the result"), required=True),
        Param("seed", "field", Text("种子", "the seed"), required=True),
        Param("drawn", "field", Text("抽取结果", "the drawn"), required=True),
        Param("count", "value", Text("抽取几个，公开种子之前已定", "how many are drawn, fixed before the seed is revealed"), required=True),
        Param("name", "column:candidates", Text("列表中写名称的一栏", "the column of the lists that names them"), default=""),
        Param("excluded", "field", Text("须回避、不得抽取的", "those who are recused and may not be drawn"), default=""),
        Param("excluding", "steps", Text("登记回避的环节，在公开种子之前", "the steps that record them, before the reveal"), default=()),
        Param("spare", "int", Text("名单至少比抽取的多几个", "how many more than drawn must stand on the list"), default=1),
        Param("distinct", "bool", Text("知道种子的人不得定名单、登记回避",
                                       "who knows the seed neither closes the list nor records recusals"), default=True, demands=True),
        Param("seed_length", "int", Text("种子至少几个字符", "the least length of the seed"), default=32),
        Param("word_length", "int", Text("另写的字符至少几个", "the least length of the word"), default=8),
    ),
    blind=Text(
        "看不出种子是否随手可猜、是否私下告诉了定名单的人，两人串通即可左右结果；distinct 为 false 时也看不出两个环节是同一人办理。"
        "看不出名单是否故意漏人、回避是否属实，也看不出因结果不合意而弃用种子、退回重来（每次重来都有存证）。"
        "公开种子时被拦截的，种子已为人所知，应退回重新开始。",
        "It can't see a seed that is easily guessed or was told to who closes the list: the two together decide the result; with distinct"
        " false not even one person in both roles. It can't see who was left off the list on purpose, whether a recusal is true, nor a"
        " seed given up because its result did not please (every new beginning is in evidence). Where the reveal was refused the seed is"
        " known all the same: begin again.",
    ),
    steps_of=_steps,
    build=_build,
    check=_check,
    barred=_barred,
    method=Text(
        "承诺 = 种子（UTF-8）的 SHA-256。第 n 个数（n 从 0 起）= “种子、字节 0、另写的字符、字节 0、十进制的 n”的 SHA-256，"
        "按大端读作整数 x。名单去掉回避的，按码位排序。还剩 k 个时：x 不小于 2^256 − (2^256 mod k) 的弃去，取下一个数；"
        "否则抽出第 x mod k 个（从 0 数起）并从名单中去掉。如此直到抽满。结果不论先后。",
        "The commitment is the SHA-256 of the seed (UTF-8). Number n (from 0) is the SHA-256 of: seed, byte 0, word, byte 0, n in decimal;"
        " read big-endian as x. The list, without the recused, is sorted by code points. While k remain: if x is not less than"
        " 2^256 − (2^256 mod k), pass over it and take the next number; else the one at x mod k (counted from 0) is drawn and leaves"
        " the list. So on until enough are drawn; their order does not matter.",
    ),
    example="""\
id: fair-draw
kind: draw
commit: promise
close: list
reveal: reveal
at: name
commitment: promised
candidates: experts
word: word
seed: seed
drawn: panel
count: wanted
name: who
excluded: out
excluding: recuse
""",
)  # fmt: skip
