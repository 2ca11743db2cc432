"""Which articles an export takes."""

from __future__ import annotations

from datetime import date

import pytest

from newsbot.cli.choice import condition
from pipelines.errors import ConfigurationError


def test_nothing_chosen_takes_everything() -> None:
    assert condition((), None, None) == ("1", [])


def test_values_travel_as_parameters_and_never_as_sql() -> None:
    sql, values = condition(["source=x'; drop table articles --"], None, None)
    assert "drop" not in sql
    assert values == ["x'; drop table articles --"]


def test_one_name_twice_means_either_and_two_names_mean_both() -> None:
    sql, values = condition(["source=a", "source=b", "country=IQ"], None, None)
    assert sql == "1 AND articles.source IN (?, ?) AND articles.country IN (?)"
    assert values == ["a", "b", "IQ"]


def test_a_value_may_hold_an_equals_sign() -> None:
    assert condition(["tag=a=b"], None, None)[1] == ["a=b"]


def test_both_days_belong_to_the_choice() -> None:
    sql, values = condition((), date(2014, 6, 1), date(2014, 6, 30))
    assert sql.count("published_day") == 2
    assert ">= ?" in sql
    assert "<= ?" in sql
    assert values == ["2014-06-01", "2014-06-30"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param("arabtimes", "NAME=VALUE", id="no equals sign"),
        pytest.param("sorce=arabtimes", 'did you mean "source"', id="a slip of the pen is recognised"),
        pytest.param("zzz=1", "these are: source", id="else the names are listed"),
    ],
)
def test_what_cannot_be_chosen_by_is_refused(where: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        condition([where], None, None)
