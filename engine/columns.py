"""What every table of the engine is made of: short ids and keys."""

import sqlalchemy as sa

ID = sa.String(32)
KEY = sa.String(120)
