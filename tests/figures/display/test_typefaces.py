"""Names of any script are drawn: no box, no warning, and no font that the machine happens to have."""

import base64
import io
import warnings

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import ircc_lib as ircc
from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import new_figure
from ircc_lib.figures.display.typefaces import EAST_ASIAN, FOLDER

CHINESE, KOREAN, JAPANESE = "王晓明 李娜 陳大文", "김철수", "さくら 山田太郎"
OTHERS = ["Ивáнов", "שלום כהן", "محمد علي", "Nguyễn Văn Á", "Şahin Ğ", "𝒜 🧬🧬 𓀀", "a\u202eb\u200d\ufe0f"]


def picture(*words: str, angle: float = 0) -> np.ndarray:
    figure = new_figure(1.2)
    for place, text in enumerate(words):
        figure.text(0.05 + 0.3 * place, 0.3, text, fontsize=20, rotation=angle, parse_math=False)
    figure.describe(name="n", title="t", caption="c", alt="a", data=pd.DataFrame())
    png = base64.b64decode(figure._repr_mimebundle_()["image/png"])
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


@pytest.mark.parametrize("words", [CHINESE, KOREAN, JAPANESE, *OTHERS])
@pytest.mark.parametrize("angle", [0, 90])
def test_words_of_any_script_are_drawn_without_a_warning(words, angle, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = picture(words, angle=angle)
    assert drawn.min() < 100 and not caplog.records


def test_east_asian_names_are_no_boxes():
    """Each character has a shape of its own; boxes would be alike."""
    for one, other in ("王李", "김철", "さく"):
        assert not np.array_equal(picture(one), picture(other))


def test_what_no_font_has_is_one_sign_and_the_svg_keeps_it():
    assert np.array_equal(picture("🧬🧬"), picture("\ufffd"))
    figure = new_figure(1)
    figure.text(0.1, 0.5, "🧬 王晓明")
    assert "🧬 王晓明" in figure._repr_mimebundle_()["image/svg+xml"]


def test_hebrew_is_written_from_right_to_left():
    assert np.array_equal(picture("אב"), picture("\u2067אב\u2069")) and not np.array_equal(picture("אב"), picture("בא"))


def test_a_forest_of_chinese_and_korean_authors_saves_without_a_warning(tmp_path, caplog):
    effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS").head(4)
    ids = ["王晓明2013", "김철수2015", "Müller-Lüdenscheidt2014", "ابن سينا2016"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = ircc.forest(effects.assign(trial_id=ids))
        figure._repr_mimebundle_()
        figure.savefig(tmp_path / "forest.png")
        figure.narrow().savefig(tmp_path / "narrow.pdf")
    assert not caplog.records


def test_the_fonts_come_with_the_package_and_their_licences():
    assert {path.parent for path in EAST_ASIAN.values()} == {FOLDER}
    assert "Apache License" in (FOLDER / "han-LICENSE.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "hangul-LICENSE.txt").read_text("utf-8")
    assert set(EAST_ASIAN) <= set(style.RC["font.family"])
