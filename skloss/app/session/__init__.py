"""State of one person's session: table, question, settings, jobs and results."""
