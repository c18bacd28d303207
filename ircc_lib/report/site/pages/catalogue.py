"""What data catalogues read of an edition: DCAT as JSON-LD, made from the Frictionless data package."""

from __future__ import annotations

from typing import Any

from ircc_lib.report.site.sitemap import SiteMap

FILE = "dcat.jsonld"
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
}


def dcat(sitemap: SiteMap, package: dict[str, Any]) -> dict[str, Any]:
    """An edition's tables as a ``dcat:Dataset`` (W3C, Data Catalog Vocabulary 3).

    Parameters
    ----------
    sitemap : SiteMap
        The plan of the edition's site.
    package : dict
        The edition's ``datapackage.json``, beside which the files lie.

    Returns
    -------
    dict
        JSON-LD; addresses are relative to it, as the site may stand anywhere.
    """
    licence, author = package["licenses"][0], package["contributors"][0]
    return {
        "@context": _CONTEXT,
        "@id": "",
        "@type": "dcat:Dataset",
        "dct:title": f"{package['title']}, {sitemap.short_title.lower()}",
        "dct:description": f"{sitemap.title}. {sitemap.data_cut}. One row per report, arm or result, with its source.",
        "dct:bibliographicCitation": sitemap.citation,
        "dct:license": {"@id": licence["path"]},
        "dct:creator": {"@type": "foaf:Organization", "foaf:name": author["title"]},
        "dcat:landingPage": {"@id": "../data.html"},
        "dcat:distribution": [_distribution(resource) for resource in package["resources"]],
    }


def _distribution(resource: dict[str, Any]) -> dict[str, Any]:
    method, _, digest = resource["hash"].partition(":")
    return {
        "@type": "dcat:Distribution",
        "dct:title": resource["path"],
        "dcat:downloadURL": {"@id": resource["path"]},
        "dcat:mediaType": _MEDIA[resource["format"]],
        "dcat:byteSize": resource["bytes"],
        "spdx:checksum": {"spdx:algorithm": f"spdx:checksumAlgorithm_{method}", "spdx:checksumValue": digest},
    }
