"""The same district as another SIS would show it: every record under an id of its own, the people and their numbers as they are."""

from sis.world import World


def rekeyed(world, prefix):
    """The world with this before each id, wherever it stands."""
    def change(value):
        if isinstance(value, dict):
            return {key: prefix + held if key == "sourcedId" else change(held) for key, held in value.items()}
        return [change(held) for held in value] if isinstance(value, list) else value
    return World(world.seed, world.today, change(world.collections), [], world.serial, world.first)
