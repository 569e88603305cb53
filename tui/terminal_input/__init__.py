"""From the bytes a terminal sends to keys, pastes and mouse events; nothing it sends can end the console."""
