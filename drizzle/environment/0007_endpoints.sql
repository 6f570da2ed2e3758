-- Which endpoints an asset's versions reach: what staging or development uses, production should not call by mistake.

-- One row for each address of a version, which never change, as the version does not. The address stands here as its
-- SHA-256: it can be as good as a password, and erasing the content leaves nothing of it behind.
CREATE TABLE asset_endpoint (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  address digest NOT NULL,
  PRIMARY KEY (organization, environment, address, asset, version),
  FOREIGN KEY (organization, environment, asset) REFERENCES asset (organization, environment, id),
  FOREIGN KEY (organization, asset, version) REFERENCES asset_version (organization, asset, version)
);
--> statement-breakpoint
CALL keep_forever('asset_endpoint');
--> statement-breakpoint
CALL keep_by_organization('asset_endpoint');
