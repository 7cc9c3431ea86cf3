"""Every word that a template says stands in both languages, side by side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lianfang.web

TEMPLATES = Path(lianfang.web.__file__).parent / "templates"
SAID = re.compile(r"""\{%\s*t\s+(["'])(.*?)\1\s+(["'])(.*?)\3\s*%\}""")
HAN = re.compile(r"[\u3400-\u9fff]")
NAMES = {"廉防", "Lianfang", "SHA"}
"""The product's name and what has no translation."""
VISIBLE = re.compile(r"""\b(?:title|alt|placeholder|aria-label|data-label)\s*=\s*("[^"]*"|'[^']*')""")


def bare(template: str) -> list[str]:
    """Words that a reader would see and that are in one language only."""
    text = re.sub(r"\{#.*?#\}", "", SAID.sub("", template))
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    shown = [found.group(1)[1:-1] for found in VISIBLE.finditer(text)]
    shown.append(re.sub(r"<[^>]*>", " ", text))
    words = (word for part in shown for word in re.findall(r"[\u3400-\u9fff]+|[A-Za-z]{2,}", part.replace("&amp;", "")))
    return [word for word in words if word not in NAMES]


def one_sided(template: str) -> list[str]:
    """Pairs with Chinese on the English side, or with words on the English side alone."""
    pairs = [(zh, en) for _, zh, _, en in SAID.findall(template)]
    wrong = [f"{zh} | {en}" for zh, en in pairs if HAN.search(en) and en != "中文"]
    return wrong + [
        f"{zh} | {en}" for zh, en in pairs if re.search(r"[A-Za-z]{2,}", en) and not HAN.search(zh) and zh not in ("en", "English")
    ]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_word_stands_alone(path: Path) -> None:
    text = path.read_text()
    assert not bare(text)
    assert not one_sided(text)


@pytest.mark.parametrize(
    "slip", ["<p>办理</p>", "<p>Submit</p>", '<a title="办理">x</a>', "<b>{{ x }} days</b>", '<i aria-label="Close">×</i>']
)
def test_a_word_left_alone_is_found(slip: str) -> None:
    assert bare(slip)


def test_a_pair_in_one_language_is_found() -> None:
    assert one_sided('{% t "办理" "办理" %}')
    assert one_sided("{% t 'Submit' 'Submit' %}")
    assert not one_sided('{% t "办理" "Do it" %}{% t "；" "; " %}')
