"""A run's life: started, driven by one thread, watched by any number of readers, ended once."""
