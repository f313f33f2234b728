"""Tables are described: the manual is what the migrations say and what a migrated database holds."""

from support import tables
from support.postgres import OWNER


def test_every_table_is_described(postgres, migrated_template):
    with postgres.connect(OWNER, migrated_template) as connection:
        assert tables.undescribed(connection) == [], "say above its CREATE TABLE what it is for"


def test_the_manual_of_tables_is_what_the_database_holds(postgres, migrated_template):
    with postgres.connect(OWNER, migrated_template) as connection:
        assert tables.DOCUMENT.read_text("utf-8") == tables.text(connection), "make it anew: cd tests && python3 -m support.tables"
