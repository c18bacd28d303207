"""The chapter on registered trials: which became a report, and which did not."""

import ircc_lib as ircc


def test_registered_trials_lead_to_their_reports_and_the_unreported_stand_first(reg):
    table = ircc.registrations.trials(reg, reg).set_index("registration_id")
    assert len(table) == len(reg.registrations) == 65
    assert table.loc["NCT00699816", "trial_ids"] == "Lee2015"
    assert table.loc["NCT01631357", "trial_ids"] == "Liu2020a; Liu2020b"
    assert table["standing"].iloc[0] == "completed, no report"
    first = table["standing"].eq("completed, no report").to_numpy()
    assert not first[first.argmin() :].any()  # all of them before any other
    assert table.loc[first, "trial_ids"].isna().all()
    # a report after the data cut is none of the edition's
    early = ircc.registrations.trials(reg, reg.edition("first")).set_index("registration_id")
    assert early["trial_ids"].isna().all()
