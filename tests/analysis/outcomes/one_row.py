"""The one row of a table that is asked about."""


def one_row(table, **wanted):
    for key, value in wanted.items():
        table = table[table[key].eq(value)]
    assert len(table) == 1
    return table.iloc[0]
