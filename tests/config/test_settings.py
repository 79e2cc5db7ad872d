"""Settings: what is right is read, what is wrong is named with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchflow.config.settings import load_settings
from orchflow.config.sources import OrchestratorApiSettings
from orchflow.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    file = folder / "orchflow.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(home=file.parent, config=file)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_defaults_serve_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load_settings()

    assert settings.home == tmp_path / "data"
    assert settings.sources == ()
    assert settings.workspace.timezone == "UTC"


def test_a_whole_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_PASSWORD", "s3cret")
    file = write(
        tmp_path,
        """
workspace: {name: Northwind, start_date: 2026-05-01, timezone: Europe/Berlin, currency: EUR}
sources:
  - name: platform
    kind: orchestrator_api
    url: http://orchestrator.example:6700/
    email: flow@example.com
    password: ${FLOW_PASSWORD}
    organization: "*"
    schedule: "15 * * * *"
  - {name: database, kind: orchestrator_db, url: "postgresql://reader:x@db:5432/postgres"}
  - {name: files, kind: usage_file, path: "/srv/usage/*.csv", mapping: {event_id: id}}
""",
    )

    settings = load_settings(home=tmp_path, config=file)

    assert settings.workspace.start_date == date(2026, 5, 1)
    platform = settings.source("platform")
    assert isinstance(platform, OrchestratorApiSettings)
    assert platform.url == "http://orchestrator.example:6700"
    assert platform.password.get_secret_value() == "s3cret"
    assert [source.kind for source in settings.sources] == [
        "orchestrator_api",
        "orchestrator_db",
        "usage_file",
    ]


def test_a_variable_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_WORKSPACE__TIMEZONE", "Asia/Tokyo")
    file = write(tmp_path, "workspace: {timezone: Europe/Berlin, currency: EUR}")

    settings = load_settings(home=tmp_path, config=file)

    assert settings.workspace.timezone == "Asia/Tokyo"
    assert settings.workspace.currency == "EUR"


def test_home_and_file_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("ORCHFLOW_CONFIG", str(write(tmp_path, "workspace: {name: Here}")))

    settings = load_settings()

    assert settings.home == tmp_path / "elsewhere"
    assert settings.workspace.name == "Here"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("worksapce: {}", "worksapce is not a setting"),
        ("workspace: {curency: EUR}", "workspace.curency is not a setting"),
        ("workspace: {timezone: Mars/Base}", "workspace.timezone is not a time zone: 'Mars/Base'"),
        ("workspace: {start_date: soon}", "workspace.start_date"),
        ("targets: {error_rate: 2}", "targets.error_rate"),
        ("sources: [{name: A b, kind: usage_file, path: x}]", "sources[0].name is not a source name: 'A b'"),
        ("sources: [{name: a, path: x}]", "sources[0].kind is missing"),
        ("sources: [{name: a, kind: oracle}]", "sources[0].kind is none of"),
        ("sources: [{name: a, kind: usage_file}]", "sources[0].path is missing"),
        (
            "sources: [{name: a, kind: orchestrator_api, url: 'htp://x', email: e, password: p}]",
            "sources[0].url is not a URL: 'htp://x'",
        ),
        (
            "sources: [{name: a, kind: usage_file, path: x, schedule: '61 * *'}]",
            "sources[0].schedule is not a cron",
        ),
        (
            "sources: [{name: a, kind: usage_file, path: x}, {name: a, kind: usage_file, path: y}]",
            "the name 'a' is used twice",
        ),
        ("workspace: {name: a}\nworkspace: {name: b}", "line 2: 'workspace' is written twice"),
        ("workspace: [", "line 1"),
        ("just words", "expected keys"),
        ("home: /tmp/x", "home is not set here"),
        ("workspace: {name: '${NOT_SET_ANYWHERE}'}", "workspace.name refers to ${NOT_SET_ANYWHERE}"),
    ],
)
def test_a_mistake_is_named_with_file_and_path(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path, text)

    message = refusal(file)

    assert str(file) in message
    assert said in message


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, "workspace: {timezone: Nowhere}\ntargets: {error_rate: 2}")

    assert len(refusal(file).splitlines()) == 2


def test_a_wrong_variable_is_named_as_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_TARGETS__ERROR_RATE", "much")

    assert "ORCHFLOW_TARGETS__ERROR_RATE" in refusal(write(tmp_path, ""))


def test_an_unknown_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_HOEM", "/srv")

    assert "ORCHFLOW_HOEM is not a setting" in refusal(write(tmp_path, ""))


def test_a_variable_that_nothing_reads_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORCHFLOW_CONFIG_FILE", "orchflow.yaml")
    assert "ORCHFLOW_CONFIG_FILE is not a setting" in refusal(write(tmp_path, ""))


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    assert "There is no settings file" in refusal(tmp_path / "missing.yaml")


def test_secrets_are_neither_shown_nor_named_in_errors(tmp_path: Path) -> None:
    secret = "hunter2-very-secret"
    file = write(
        tmp_path,
        f"sources: [{{name: a, kind: orchestrator_api, url: 'http://x', email: e, password: {secret}, extra: 1}}]",
    )
    assert secret not in refusal(file)

    file = write(tmp_path, f"sources: [{{name: d, kind: orchestrator_db, url: 'mysql://u:{secret}@h/d'}}]")
    assert secret not in refusal(file)

    file = write(
        tmp_path, f"sources: [{{name: d, kind: orchestrator_db, url: 'postgresql://u:{secret}@h/d'}}]"
    )
    assert secret not in repr(load_settings(home=tmp_path, config=file))


def test_an_unknown_source_names_the_known_ones(tmp_path: Path) -> None:
    settings = load_settings(
        home=tmp_path, config=write(tmp_path, "sources: [{name: files, kind: usage_file, path: x}]")
    )

    with pytest.raises(ConfigError, match=r"'file' \(known: files\)"):
        settings.source("file")
