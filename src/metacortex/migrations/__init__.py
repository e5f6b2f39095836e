"""The one history of the database schema, shipped with the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

HERE = Path(__file__).parent


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database to a revision; two at once wait for each other."""
    command.upgrade(alembic_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take a database back to a revision."""
    command.downgrade(alembic_config(database_url), revision)


def newest_revision() -> str | None:
    """Return the revision this version of the product needs."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()
