"""Every table of the registry by name, in the order in which people read them."""

from functools import cache
from typing import Any

TABLES = (
    "trials",
    "entities",
    "medians",
    "landmarks",
    "comparisons",
    "responses",
    "adverse_events",
    "arms",
    "patients",
    "products",
    "conduct",
    "flow",
    "overlaps",
    "tumours",
    "registrations",
    "screening",
    "published_claims",
    "meta_analyses",
    "extraction_agreement",
    "reviewed_flags",
)


@cache
def raw_schemas() -> dict[str, Any]:
    """The pandera schema of each raw table."""
    from ircc_lib.registry.schema import outcomes, reports, standard
    from ircc_lib.registry.schema import references as reference_tables

    models = {
        model.Config.name: model
        for model in (
            reports.Trials,
            reports.Entities,
            outcomes.Medians,
            outcomes.Landmarks,
            outcomes.Comparisons,
            outcomes.Responses,
            outcomes.AdverseEvents,
            outcomes.Arms,
            outcomes.Patients,
            standard.Products,
            standard.Conduct,
            standard.Flow,
            reports.Overlaps,
            reference_tables.Tumours,
            reference_tables.Registrations,
            reference_tables.Screening,
            reference_tables.PublishedClaims,
            reference_tables.MetaAnalyses,
            reference_tables.ExtractionAgreement,
            reference_tables.ReviewedFlags,
        )
    }
    schemas = {name: models[name].to_schema() for name in TABLES}
    for name, schema in schemas.items():
        schema.metadata = getattr(models[name].Config, "metadata", {})  # to_schema leaves it behind
    return schemas


@cache
def breakable_rules() -> dict[str, Any]:
    """The schema of each raw table, of the columns in which a row can break a rule; their types are made before."""
    return {
        name: schema.remove_columns(
            [column for column, rules in schema.columns.items() if rules.nullable and not rules.checks]
        ).update_columns(
            {column: {"dtype": None} for column, rules in schema.columns.items() if not rules.nullable or rules.checks}
        )
        for name, schema in raw_schemas().items()
    }
