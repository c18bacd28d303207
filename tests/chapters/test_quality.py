"""The chapter on quality: the flow of records adds up."""

import ircc_lib as ircc


def test_the_flow_adds_up(reg):
    data = ircc.quality.flow_diagram(reg, reg.edition("first")).data.set_index("step")["n"]
    assert data["found"] == data["not enrolled"] + data["enrolled"]
    assert data["enrolled"] == data["later"] + data["in this edition"]
    assert data.loc[["reason"]].sum() == data["not enrolled"]
