"""The ringer: a child process that owns the sound device, and the speaker that tells it what to play."""
