"""Figures as SVG on a page."""

from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from ircc_lib.figures.display import style
from ircc_lib.figures.display.figure import new_figure
from ircc_lib.report.site.svg import as_text, drawing

HOSTILE = '</text><script>alert(1)</script><a href="javascript:alert(1)">"\' ]]> $x$'


@pytest.fixture(scope="module")
def svg() -> str:
    with mpl.rc_context(style.RC):
        figure = new_figure(2)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=style.CIK)
        axes.text(0, 0, HOSTILE, parse_math=False)
        axes.text(0, 1, "known").set_url("trial:Zhao2013")
        axes.text(1, 1, "bad").set_url("javascript:alert(1)")
        figure.describe(name="x", title="", caption="", alt="", data=None)
    return figure._repr_mimebundle_()["image/svg+xml"]


@pytest.fixture(scope="module")
def shown(svg) -> str:
    return as_text(drawing(svg, "fig", lambda target: "z.html" if target == "trial:Zhao2013" else None))


def test_words_of_the_data_stay_words(shown):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown and "]]&gt; $x$" in shown
    assert "<script" not in shown


def test_links_are_those_that_the_site_knows(shown):
    root = ElementTree.fromstring(shown)
    links = [link.attrib for link in root.iter("{http://www.w3.org/2000/svg}a")]
    assert links == [{"{http://www.w3.org/1999/xlink}href": "z.html"}]


def test_nothing_needs_inline_style(svg, shown):
    assert "style=" in svg and "style=" not in shown and "<style" not in shown
    assert f'stroke="{style.CIK}"' in shown and 'font-size="9px"' in shown


def test_ids_and_what_refers_to_them_carry_the_name_of_the_figure(shown):
    assert 'id="fig-figure_1"' in shown and "url(#fig-" in shown and 'xlink:href="#fig-' in shown
    assert "url(#p" not in shown


def test_elements_that_can_act_are_dropped():
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script>'
        '<foreignObject><body/></foreignObject><animate attributeName="href"/>'
        '<use href="https://evil.example/x#y"/><image href="https://evil.example/x.png"/>'
        '<path d="M 0.123456 1" onclick="alert(1)"/></svg>'
    )
    assert as_text(drawing(hostile, "f", lambda target: None)) == (
        '<svg xmlns="http://www.w3.org/2000/svg" stroke-linejoin="round" stroke-linecap="butt">'
        '<use /><image /><path d="M 0.12 1" /></svg>'
    )


def test_of_marks_that_share_an_id_only_the_first_keeps_it():
    drawn = '<svg xmlns="http://www.w3.org/2000/svg"><g id="diamond"/><g id="diamond"/></svg>'
    assert as_text(drawing(drawn, "f", lambda target: None)).count('id="f-diamond"') == 1


def test_a_pointer_that_rests_on_a_link_reads_what_it_leads_to(svg):
    shown = as_text(drawing(svg, "fig", lambda target: "z.html", lambda target: f"about <{target}>"))
    assert '<a xlink:href="z.html"><title>about &lt;trial:Zhao2013&gt;</title>' in shown
