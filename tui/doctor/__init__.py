"""The doctor: examines everything Deskbell stands on, changes nothing, and says what it found."""
