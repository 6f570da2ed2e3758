-- Where production differs from what was last landed there, and who put it back to an older version.

-- What comparing found. One row for an asset at a time; `promotion` is the one whose landing it was compared with, so
-- that a later promotion makes the row speak of the past.
CREATE TABLE asset_drift (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  promotion uuid NOT NULL,
  finding text NOT NULL CHECK (finding IN ('changed', 'erased', 'missing', 'repointed')),
  found_version integer NOT NULL CHECK (found_version >= 0),
  found_digest digest,
  found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, asset),
  CHECK ((finding = 'missing') OR (found_digest IS NOT NULL)),
  FOREIGN KEY (organization, asset) REFERENCES association (organization, target_asset)
);
--> statement-breakpoint

-- A version that was put in use again, other than the one that `promotion` landed. The fence tells whether an activation
-- came after it.
CREATE TABLE asset_restoration (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  promotion uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  command uuid NOT NULL,
  fence bigint NOT NULL CHECK (fence >= 1),
  restored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, asset),
  FOREIGN KEY (organization, asset) REFERENCES association (organization, target_asset),
  FOREIGN KEY (organization, command) REFERENCES production_command (organization, id)
);
--> statement-breakpoint
CALL keep_by_organization('asset_drift', 'asset_restoration');
--> statement-breakpoint

-- A sweep goes through the organizations that have anything to compare, one after the other.
CREATE FUNCTION next_associated_organization(after uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT association.organization FROM association WHERE association.organization > after
  ORDER BY association.organization LIMIT 1
$$;
--> statement-breakpoint
GRANT SELECT ON association TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('next_associated_organization(uuid)');
--> statement-breakpoint

-- What puts another version in use without anybody's approval needs a policy that says so: the newest one of that
-- environment, in every rule. A policy that says nothing wants approval.
CREATE FUNCTION restore_as_the_policy_says() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  newest jsonb;
BEGIN
  SELECT convert_from(policy.document, 'UTF8')::jsonb INTO newest FROM production_command AS asked
    JOIN policy ON policy.organization = asked.organization AND policy.environment = asked.environment
    WHERE asked.organization = NEW.organization AND asked.id = NEW.production_command AND asked.kind = 'restore'
    ORDER BY policy.version DESC LIMIT 1;
  IF newest IS NULL AND NOT EXISTS (SELECT FROM production_command AS asked WHERE asked.kind = 'restore'
      AND asked.organization = NEW.organization AND asked.id = NEW.production_command) THEN
    RETURN NEW;
  END IF;
  IF newest IS NULL OR jsonb_array_length(newest -> 'rules') = 0 OR EXISTS (
      SELECT FROM jsonb_array_elements(newest -> 'rules') AS rule WHERE rule ->> 'restore' IS DISTINCT FROM 'fast') THEN
    RAISE EXCEPTION 'the policy lets nobody restore without approval'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'restore_as_the_policy_says';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER restore_as_the_policy_says BEFORE INSERT ON production_command_grant
  FOR EACH ROW EXECUTE FUNCTION restore_as_the_policy_says();
--> statement-breakpoint
ALTER TABLE production_command_grant ENABLE ALWAYS TRIGGER restore_as_the_policy_says;
--> statement-breakpoint

-- As before, and a restored version is the active one. Moves an asset's head as its own environment's log tells it. An entry about an asset of another kind of environment,
-- or one that makes no sense, stays in the index and moves nothing.
CREATE OR REPLACE FUNCTION move_head(of_kind text, type text, data jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  of_asset constant uuid := uuid_or_null(data ->> 'asset');
  at_environment constant uuid := uuid_or_null(data ->> 'environment');
BEGIN
  IF NOT EXISTS (SELECT FROM environment WHERE environment.organization = here AND environment.id = at_environment
      AND environment.kind = of_kind) THEN
    RETURN;
  END IF;
  CASE type
    WHEN 'asset.created', 'asset.version-written', 'asset.landed' THEN
      INSERT INTO asset_head VALUES (here, of_asset, at_environment, data ->> 'assetType',
        (data ->> 'version')::integer, decode(data ->> 'digest', 'hex'))
      ON CONFLICT (organization, asset) DO UPDATE SET version = EXCLUDED.version, digest = EXCLUDED.digest,
        deleted = false WHERE asset_head.environment = at_environment;
    WHEN 'asset.discarded' THEN
      UPDATE asset_head SET version = (data ->> 'version')::integer, digest = decode(data ->> 'digest', 'hex')
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment;
    WHEN 'asset.activated', 'asset.restored' THEN
      UPDATE asset_head SET active_version = (data ->> 'version')::integer
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment
          AND (data ->> 'version')::integer BETWEEN 1 AND asset_head.version;
    WHEN 'asset.deleted' THEN
      UPDATE asset_head SET deleted = true
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment;
    ELSE NULL;
  END CASE;
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
  RETURN;
END $$;
