"""Default and given names of packages."""

from pathlib import Path

import pytest

from katana.cli._exit import UsageError
from katana.cli._package_names import checked, of_specification, of_sql


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("users.yaml", "users_api"),
        ("museum-oas3.1.yaml", "museum_oas3_1_api"),
        ("github-3.0.3.json", "github_3_0_3_api"),
        ("3scale.yml", "v3scale_api"),
        ("Überweisung Pläne.yaml", "uberweisung_plane_api"),
        ("日本.yaml", "contract_api"),
        ("class.yaml", "class_api"),
        ("noSuffix", "nosuffix_api"),
    ],
)
def test_a_specification_names_its_package(file: str, package: str) -> None:
    assert of_specification(Path("some/dir") / file) == package
    assert checked(package) == package


def test_a_directory_of_sql_names_its_package(tmp_path: Path) -> None:
    directory = tmp_path / "My-SQL.v2"
    directory.mkdir()
    assert of_sql(directory) == "my_sql_v2_db"
    assert of_sql(directory / ".") == "my_sql_v2_db"


@pytest.mark.parametrize("name", ["users-api", "a..b", "1st", "import", "a.class", "", "../x", "naïve"])
def test_a_name_that_cannot_be_imported_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not a Python identifier"):
        checked(name)


def test_a_dotted_name_is_fine() -> None:
    assert checked("acme.users_api") == "acme.users_api"
