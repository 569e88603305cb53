"""What every engine must keep (``test_contract_*``); what is an engine's own is in a folder of its name."""
