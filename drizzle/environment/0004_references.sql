-- Which assets an asset's versions refer to, and the indexes that lists and histories read by.

-- `asset` belongs to one environment for ever, so that what refers to it can name both in one key.
ALTER TABLE asset ADD UNIQUE (organization, environment, id);
--> statement-breakpoint

-- One row for each reference of a version, which never change, as the version does not. `target` is what the content
-- names, whether or not this environment has such an asset: nothing here tells whether another one has it.
CREATE TABLE asset_reference (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  pointer text NOT NULL,
  target uuid NOT NULL,
  required boolean NOT NULL,
  PRIMARY KEY (organization, environment, asset, version, position),
  FOREIGN KEY (organization, environment, asset) REFERENCES asset (organization, environment, id),
  FOREIGN KEY (organization, asset, version) REFERENCES asset_version (organization, asset, version)
);
--> statement-breakpoint
CREATE INDEX asset_reference_target ON asset_reference (organization, environment, target, asset, version);
--> statement-breakpoint
CALL keep_forever('asset_reference');
--> statement-breakpoint
CALL keep_by_organization('asset_reference');
--> statement-breakpoint

-- Lists are in the order of ids, newest first, with or without one of the filters.
DROP INDEX asset_newest;
--> statement-breakpoint
CREATE INDEX asset_present ON asset (organization, environment, id DESC) WHERE deleted_at IS NULL;
--> statement-breakpoint
CREATE INDEX asset_deleted ON asset (organization, environment, id DESC) WHERE deleted_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX asset_type ON asset (organization, environment, type, id DESC);
--> statement-breakpoint
CREATE INDEX asset_name ON asset (organization, environment, name, id DESC);
--> statement-breakpoint

-- The history of one asset is read from its own log, by subject.
CREATE INDEX log_entry_subject ON log_entry (organization, subject, index DESC);
