"""What a command's exit status says; scripts and outside checks depend on it."""

FINE = 0
FAULTY = 1  # the thing that was checked is not as it should be
IMPOSSIBLE = 2  # it could not be checked or run
