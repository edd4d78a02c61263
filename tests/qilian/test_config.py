import stat
from pathlib import Path

import pytest

from qilian.config import Config, ConfigurationFault


def test_without_settings_everything_lies_in_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    config = Config.from_environment({})
    assert config.home == tmp_path / "var"
    assert config.database_url == f"sqlite:///{tmp_path}/var/qilian.db"
    assert config.secret_key_file == tmp_path / "var" / "secret.key"


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment(
        {
            "QILIAN_HOME": str(tmp_path),
            "QILIAN_DATABASE_URL": "postgresql:///q",
            "QILIAN_SECRET_KEY_FILE": "/etc/q.key",
        }
    )
    assert (config.home, config.database_url) == (tmp_path, "postgresql:///q")
    assert config.secret_key_file == Path("/etc/q.key")


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    config = Config.from_environment({"QILIAN_HOME": str(tmp_path / "home")})
    assert config.key_fingerprint() is None
    first = config.secret_key()
    assert config.secret_key() == first
    assert stat.S_IMODE(config.secret_key_file.stat().st_mode) == 0o600
    assert list(config.home.iterdir()) == [config.secret_key_file]


def test_keys_differ_by_purpose_and_by_installation(tmp_path: Path) -> None:
    one = Config.from_environment({"QILIAN_HOME": str(tmp_path / "one")})
    two = Config.from_environment({"QILIAN_HOME": str(tmp_path / "two")})
    keys = {c.key_for(purpose) for c in (one, two) for purpose in ("audit", "sessions")}
    assert len(keys) == 4


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("x" * 31 + "\n")
    with pytest.raises(ConfigurationFault, match="过短"):
        Config.from_environment({"QILIAN_HOME": str(tmp_path)}).secret_key()


@pytest.mark.parametrize(("text", "proxies"), [("", 0), ("0", 0), ("1", 1), ("3", 3)])
def test_the_number_of_proxies_comes_from_the_environment(text: str, proxies: int) -> None:
    assert Config.from_environment({"QILIAN_BEHIND_PROXY": text}).proxies == proxies


@pytest.mark.parametrize("text", ["yes", "-1", "4", "1.0", "１"])
def test_what_is_no_number_of_proxies_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationFault, match="QILIAN_BEHIND_PROXY"):
        Config.from_environment({"QILIAN_BEHIND_PROXY": text})
