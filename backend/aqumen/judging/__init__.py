"""When an answer may be said to make a mistake, and a question to differentiate."""
