"""A figure is the same whatever theme the user has set, and what is not drawn does not import what draws."""

import subprocess
import sys

import matplotlib as mpl
import pytest

import ircc_lib as ircc


@pytest.fixture(scope="module")
def reg():
    return ircc.load_registry().edition("ten-year")


FIGURES = {
    "growth": lambda reg: ircc.counts.growth_figure(reg),
    "significance": lambda reg: ircc.survival.significance_counts(reg),
    "response": lambda reg: ircc.response.ratio_forest(reg),
    "harm": lambda reg: ircc.safety.forest(reg),
    "registrations": lambda reg: ircc.registrations.figure(reg, reg),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_theme_of_the_user_changes_no_figure(reg, name):
    import seaborn as sns

    plain = FIGURES[name](reg)._repr_mimebundle_()["image/svg+xml"]
    with mpl.rc_context():
        sns.set_theme(context="poster", style="darkgrid", palette="pastel", font="serif")
        themed = FIGURES[name](reg)._repr_mimebundle_()["image/svg+xml"]
    assert themed == plain


def test_the_check_of_the_registry_pays_for_no_plotting():
    code = "import sys, ircc_lib.cli, ircc_lib.registry.store as s; s.check_registry(); print('seaborn' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().endswith("False")
