-- Two accounts of one person become one: the older one stays, with its id and its history; the other's id leads to it for ever.

SET search_path = rollcall;

ALTER TABLE account ADD COLUMN IF NOT EXISTS merged_into uuid; -- the account that goes on in its place; no plan sees it any more
ALTER TABLE account ADD CONSTRAINT account_merged_into_another CHECK (merged_into <> account_id);
CREATE INDEX account_merged ON account (district_id, merged_into) WHERE merged_into IS NOT NULL;

-- Pairs of accounts that may be one person, and what a person said of them.
CREATE TABLE merge_suggestion (
    district_id uuid NOT NULL,
    stays uuid NOT NULL,                        -- the account that would go on
    goes uuid NOT NULL,                         -- the one whose id would lead to it
    confidence smallint NOT NULL CHECK (confidence BETWEEN 1 AND 100),
    reasons text[] NOT NULL,                    -- what is equal and what is not, in words without values
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'declined')),
    made_at timestamptz NOT NULL DEFAULT now(),
    decided_by text, decided_at timestamptz,
    PRIMARY KEY (district_id, stays, goes),
    CHECK (stays <> goes),
    FOREIGN KEY (district_id, stays) REFERENCES account (district_id, account_id),
    FOREIGN KEY (district_id, goes) REFERENCES account (district_id, account_id)
);
ALTER TABLE merge_suggestion ENABLE ROW LEVEL SECURITY;
ALTER TABLE merge_suggestion FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON merge_suggestion USING (district_id = tenant()) WITH CHECK (district_id = tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON merge_suggestion TO rollcall_cli;

-- Of an act that merged many, one pair may be taken back.
ALTER TABLE undo ADD COLUMN pair text;          -- the node of the account that went, as the history of its merge has it in evidence

GRANT EXECUTE ON FUNCTION account_stays(uuid) TO rollcall_cli;

RESET search_path;
