"""A scripted shift on real parts, and a checker that knows what must have become of every contact.

``plan`` draws from a seed who comes, says what, leaves how, and what the agents are to do; ``run`` has it all
done by visitors at the real door and by real consoles in processes of their own, which keep journals;
``check`` compares the journals, the alert logs and the database. ``python -m tests.shift --help``.
"""
