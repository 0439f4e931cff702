"""A quarter of a made-up team's life, through the real services: `byhand simulate`.

team.toml, behaviour.toml   who they are with their calendar; how people behave, with the sources
chance.py, arrivals.py      draws by what they are about; what people outside write by themselves
world.py, network.py        what happens in its order; a network in memory behind the connectors' port
people.py                   what our people do, in every arm alike
byhand.py                   By Hand's arm: the composition root's services with time moved
others.py                   the plain bot, the daily list, and silence
judge.py                    counts broken rules by the log; imports nothing of the bot
play.py, report.py          the arms in processes of their own; a page with pictures
"""
