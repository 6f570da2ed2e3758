-- Asset types that an organization adds to the built-in ones.

-- A version never changes. `definition` is canonical JSON: the schema of the content and the rules its assets are held
-- to. The names of the built-in types, which no row may take, are known to the code alone.
CREATE TABLE asset_type (
  organization uuid NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z][A-Za-z0-9]{0,99}$'),
  version integer NOT NULL CHECK (version >= 1),
  definition bytea NOT NULL CHECK (octet_length(definition) <= 65536),
  digest bytea NOT NULL GENERATED ALWAYS AS (sha256(definition)) STORED,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, name, version),
  FOREIGN KEY (organization, created_by) REFERENCES person (organization, id)
);
--> statement-breakpoint
CALL keep_forever('asset_type');
--> statement-breakpoint
CALL keep_by_organization('asset_type');
