"""The pretend SIS of Rollcall's tests: made-up districts, an OneRoster 1.1 server, and a model of the
directory that a sync must end with. Python 3.11, standard library only."""
