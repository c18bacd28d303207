"""What a data catalogue reads of an edition names files that are there."""

import hashlib
import json

from ircc_lib.report.site.pages.data_page import write_data_page
from ircc_lib.report.site.plan import plan_site


def test_the_catalogue_entry_names_licence_citation_and_every_file(reg, tmp_path):
    edition = reg.edition("first")
    sitemap = plan_site(reg, "first")
    write_data_page(sitemap, edition, tmp_path)
    folder = tmp_path / "data"
    entry = json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))
    assert entry["@type"] == "dcat:Dataset" and sitemap.citation == entry["dct:bibliographicCitation"]
    assert entry["dct:license"]["@id"].startswith("https://creativecommons.org/licenses/by/4.0")
    files = {one["dcat:downloadURL"]["@id"]: one for one in entry["dcat:distribution"]}
    assert set(files) == {path.name for path in folder.iterdir() if path.suffix in (".csv", ".parquet")} - {
        "data_dictionary.csv",
        "tables_and_figures_dictionary.csv",
    }
    for name, one in files.items():
        assert one["dcat:byteSize"] == (folder / name).stat().st_size
        assert one["spdx:checksum"]["spdx:checksumValue"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert "dcat.jsonld" in (tmp_path / "data.html").read_text(encoding="utf-8")
