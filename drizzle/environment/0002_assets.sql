-- One environment store: assets with their versions, content by digest, and what production keeps to land safely.

-- Erasure blanks the bytes; the digest stays, and the blanked row refuses the same bytes when they come again.
CREATE TABLE content (
  organization uuid NOT NULL,
  digest digest NOT NULL,
  bytes bytea,
  PRIMARY KEY (organization, digest),
  CHECK (bytes IS NULL OR sha256(bytes) = digest)
);
--> statement-breakpoint
CREATE FUNCTION blank_content_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.bytes IS NOT NULL THEN RETURN NEW; END IF;
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.digest <> OLD.digest OR NEW.bytes IS NOT NULL THEN
    RAISE EXCEPTION 'content comes with its bytes and may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE INSERT OR UPDATE OR DELETE ON content FOR EACH ROW EXECUTE FUNCTION blank_content_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON content FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE content ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- An asset belongs to exactly one environment and never changes its type. `version` is the newest one.
CREATE TABLE asset (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  environment uuid NOT NULL,
  type text NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  version integer NOT NULL CHECK (version >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by uuid NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (organization, id)
);
--> statement-breakpoint
CREATE INDEX asset_newest ON asset (organization, environment, created_at DESC, id DESC);
--> statement-breakpoint
CREATE FUNCTION keep_the_asset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.organization <> OLD.organization OR NEW.id <> OLD.id OR NEW.environment <> OLD.environment
     OR NEW.type <> OLD.type OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by THEN
    RAISE EXCEPTION 'an asset keeps its environment, type and origin' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_the_asset BEFORE UPDATE ON asset FOR EACH ROW EXECUTE FUNCTION keep_the_asset();
--> statement-breakpoint
ALTER TABLE asset ENABLE ALWAYS TRIGGER keep_the_asset;
--> statement-breakpoint

-- Immutable. `promotion` tells which one landed it; versions written by hand have none.
CREATE TABLE asset_version (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  digest digest NOT NULL,
  name text NOT NULL,
  author uuid NOT NULL,
  promotion uuid,
  entry uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, asset, version),
  UNIQUE (organization, asset, version, digest),
  FOREIGN KEY (organization, asset) REFERENCES asset (organization, id),
  FOREIGN KEY (organization, digest) REFERENCES content (organization, digest)
);
--> statement-breakpoint

-- The version in use. Landing never touches it; activation is an act of its own.
CREATE TABLE active_version (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT now(),
  activated_by uuid NOT NULL,
  PRIMARY KEY (organization, asset),
  FOREIGN KEY (organization, asset, version) REFERENCES asset_version (organization, asset, version)
);
--> statement-breakpoint

-- The highest fence that any act on an asset came with. A lower one is refused, forever.
CREATE TABLE fence (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  highest bigint NOT NULL CHECK (highest >= 1),
  PRIMARY KEY (organization, asset)
);
--> statement-breakpoint
CREATE FUNCTION rise_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.asset <> OLD.asset
     OR NEW.highest < OLD.highest THEN
    RAISE EXCEPTION 'a fence only rises' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON fence FOR EACH ROW EXECUTE FUNCTION rise_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON fence FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE fence ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- Landing is idempotent by promotion, revision and item; `entry` is its place in this store's log.
CREATE TABLE landing (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  digest digest NOT NULL,
  fence bigint NOT NULL,
  entry uuid NOT NULL,
  landed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, promotion, revision, position),
  FOREIGN KEY (organization, asset, version, digest) REFERENCES asset_version (organization, asset, version, digest)
);
--> statement-breakpoint
-- A discarded landing keeps its rows; what it left behind is never the newest version that counts, nor activated.
CREATE TABLE discard (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  entry uuid NOT NULL,
  discarded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, promotion, revision)
);
--> statement-breakpoint
-- Acts outside a promotion are idempotent by their command; activations by the promotion's id.
CREATE TABLE performed_act (
  organization uuid NOT NULL,
  act uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('create-asset', 'write-version', 'activate')),
  asset uuid NOT NULL,
  version integer NOT NULL,
  entry uuid NOT NULL,
  performed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, act, purpose, asset),
  FOREIGN KEY (organization, asset, version) REFERENCES asset_version (organization, asset, version)
);
--> statement-breakpoint

-- Rows hold references, not bodies: an answer is rendered again from what it speaks of.
CREATE TABLE idempotency_key (
  organization uuid NOT NULL,
  actor uuid NOT NULL,
  operation text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint digest NOT NULL,
  resource uuid NOT NULL,
  version integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, actor, operation, key)
);
--> statement-breakpoint
CALL keep_forever('asset_version', 'landing', 'discard', 'performed_act');
--> statement-breakpoint
CALL keep_by_organization('content', 'asset', 'asset_version', 'active_version', 'fence', 'landing', 'discard',
  'performed_act', 'idempotency_key');
