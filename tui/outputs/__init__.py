"""The hands: ringer, popups, terminal. They do what the plan says and decide nothing."""
