"""A running case keeps the rules that it began with; new cases follow the new ones."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from lianfang.catalogue import load as loading
from lianfang.catalogue.audit import verify_bundle
from lianfang.catalogue.problems import CatalogueError
from lianfang.office import engine as running
from lianfang.office import installation, log
from lianfang.store.models import CaseRow, MatterVersion, Task
from tests import written

EXPENSE = "matters/information-centre/expense/matter.yaml"


def approved_below_the_director(office: Any, case_id: str) -> str:
    """The step that waits once the deputy has agreed."""
    for who, step in (("ic-rechecker", "recheck"), ("ic-department-head", "head"), ("ic-deputy", "deputy")):
        assert office.act(who, case_id, step, "approve").accepted
    return Task.objects.get(case_id=case_id).step


def test_a_lower_limit_holds_for_new_cases_only(office: Any, claim: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = claim(280_000, "begun-before")
    stricter = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, stricter)
    written.replace(stricter, EXPENSE, "small: {value: 3000,", "small: {value: 1000,")
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", stricter)
    running.reset(office.clock)
    installation.install(demo=True)
    after = claim(280_000, "begun-after")

    assert approved_below_the_director(office, before) == "settle", "3 000 yuan was the limit when it began"
    assert approved_below_the_director(office, after) == "director"
    versions = dict(CaseRow.objects.values_list("id", "version"))
    assert versions[before] != versions[after]

    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults


def test_a_catalogue_that_is_refuted_is_not_published(office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rechecker's vote is given to a post that nobody holds."""
    before = {*MatterVersion.objects.values_list("version", flat=True)}
    refuted = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, refuted)
    file = refuted / "organisation.yaml"
    value = yaml.safe_load(file.read_text(encoding="utf-8"))
    for person in value["people"]:
        person["posts"] = [held for held in person["posts"] if held["post"] != "information-centre/rechecker"]
    text = yaml.safe_dump(json.loads(json.dumps(value, default=str)), allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(settings, "LIANFANG_CATALOGUE", refuted)
    running.reset(office.clock)
    installation.install(demo=True)  # nothing of it is new, and the people of a running office are its own

    written.replace(refuted, EXPENSE, "small: {value: 3000,", "small: {value: 1000,")
    running.reset(office.clock)
    with pytest.raises(installation.RefutedError) as error:
        installation.install(demo=True)
    assert any("复核" in fault.zh and "rechecker" in fault.en.lower() for fault in error.value.faults), error.value
    assert {*MatterVersion.objects.values_list("version", flat=True)} == before


def test_a_version_from_before_a_stricter_rule_runs_on_and_verifies(
    office: Any, claim: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade that asks more of authors stops no case: here, a field that no step collects and that is called like a step."""
    loose = tmp_path / "catalogue"
    shutil.copytree(settings.LIANFANG_CATALOGUE, loose)
    written.replace(loose, EXPENSE, "record:\n", "record:\n  pay: {type: text, label: {zh: 旧栏, en: Old}}\n")
    with monkeypatch.context() as before:
        before.setattr(loading, "compile_matter", partial(loading.compile_matter, published=True))
        before.setattr(settings, "LIANFANG_CATALOGUE", loose)
        running.reset(office.clock)
        installation.install(demo=True)
        case_id = claim(280_000, "begun-before")
    with pytest.raises(CatalogueError, match="pay"):
        loading.load(loose)

    running.reset(office.clock)
    installation.install(demo=True)
    assert approved_below_the_director(office, case_id) == "settle"
    log.export(tmp_path / "bundle")
    verdict = verify_bundle(tmp_path / "bundle")
    assert verdict.sound, verdict.faults
