"""The desk: contacts, messages, queue and focus as frozen values. Pure: no I/O, no clock, no Textual."""
