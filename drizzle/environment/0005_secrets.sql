-- Values of secret fields, each encrypted to the key pair of its environment, and what two people had erased.

-- `sealed` is a JWE that names its place in its authenticated header; only the environment's worker can open it. Of two
-- acts in production the one with the higher fence stays, whichever is carried out last.
CREATE TABLE sealed_secret (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  pointer text NOT NULL CHECK (pointer ~ '^/' AND length(pointer) <= 500),
  kid text NOT NULL CHECK (kid ~ '^[0-9a-f]{32}$'),
  sealed text NOT NULL CHECK (length(sealed) <= 100000 AND sealed ~ '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$'),
  fence bigint NOT NULL DEFAULT 0 CHECK (fence >= 0),
  supplied_by uuid NOT NULL,
  supplied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry uuid NOT NULL,
  PRIMARY KEY (organization, asset, pointer),
  FOREIGN KEY (organization, asset) REFERENCES asset (organization, id)
);
--> statement-breakpoint
CREATE INDEX sealed_secret_kid ON sealed_secret (kid);
--> statement-breakpoint
CALL keep_by_organization('sealed_secret');
--> statement-breakpoint

-- For the worker that holds the keys: where values stand that are sealed with a key it has, and not with the newest.
CREATE FUNCTION sealed_with_older_keys(newest text, older text[], most integer)
RETURNS TABLE (organization uuid, environment uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT asset.organization, asset.environment
  FROM sealed_secret JOIN asset ON asset.organization = sealed_secret.organization AND asset.id = sealed_secret.asset
  WHERE sealed_secret.kid = ANY (older) AND sealed_secret.kid <> newest LIMIT most
$$;
--> statement-breakpoint
GRANT SELECT ON sealed_secret, asset TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('sealed_with_older_keys(text, text[], integer)');
--> statement-breakpoint

-- One person proposed, another confirmed. Without such a row no login blanks content.
CREATE TABLE erasure (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  digest digest NOT NULL,
  proposed_by uuid NOT NULL,
  confirmed_by uuid NOT NULL,
  entry uuid NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, asset, version),
  FOREIGN KEY (organization, asset, version, digest) REFERENCES asset_version (organization, asset, version, digest),
  CONSTRAINT erasure_takes_two_people CHECK (proposed_by <> confirmed_by)
);
--> statement-breakpoint
CREATE INDEX erasure_digest ON erasure (organization, digest);
--> statement-breakpoint
CALL keep_forever('erasure');
--> statement-breakpoint
CALL keep_by_organization('erasure');
--> statement-breakpoint

CREATE OR REPLACE FUNCTION blank_content_only() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.bytes IS NOT NULL THEN RETURN NEW; END IF;
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.digest <> OLD.digest OR NEW.bytes IS NOT NULL THEN
    RAISE EXCEPTION 'content comes with its bytes and may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.bytes IS NOT NULL AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
     AND NOT EXISTS (SELECT FROM erasure WHERE erasure.organization = NEW.organization
       AND erasure.digest = NEW.digest) THEN
    RAISE EXCEPTION 'content is erased only by two people' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
