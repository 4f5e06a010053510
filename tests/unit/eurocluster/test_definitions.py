"""The fiche of each KPI names what exists."""

from eurocluster.consortium.parameters import Parameters
from eurocluster.consortium.project import KPI_CODES
from eurocluster.definitions import DEFINITIONS
from eurocluster.settings import ROOT

MODELS = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}


def test_every_kpi_has_a_fiche_and_no_other_code() -> None:
    assert tuple(DEFINITIONS) == KPI_CODES


def test_parameters_and_models_of_a_fiche_exist() -> None:
    for definition in DEFINITIONS.values():
        assert set(definition.parameters) <= set(Parameters.model_fields)
        assert set(definition.models) <= MODELS


def test_every_parameter_of_a_kpi_stands_in_a_fiche() -> None:
    told = {name for definition in DEFINITIONS.values() for name in definition.parameters}
    assert set(Parameters.model_fields) - told == {"mass_withdrawal_share"}
