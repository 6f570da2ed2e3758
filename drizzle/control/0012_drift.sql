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
CALL keep_by_organization('asset_drift');
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
