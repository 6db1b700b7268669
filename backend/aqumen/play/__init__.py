"""The assessment as a student plays it: what can be clicked, and what that came to."""
