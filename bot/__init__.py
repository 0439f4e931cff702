"""By Hand: reminders by machine, conversation by hand."""
