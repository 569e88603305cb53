"""What every engine must keep (``test_contract_*``), and what is SQLite's own (``test_sqlite_*``)."""
