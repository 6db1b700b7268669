"""The seven steps, in order, told as events while they happen."""
