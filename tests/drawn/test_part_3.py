"""Registries that pass the check fail no notebook, part 3 of them."""

from tests.drawn.part import draw_part


def test_a_registry_that_passes_the_check_fails_no_notebook(tmp_path):
    draw_part(3, tmp_path / "drawn")
