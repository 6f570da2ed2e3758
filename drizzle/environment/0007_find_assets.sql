-- Lists go by id, newest first, within one environment; the time of creation orders nothing.
DROP INDEX asset_newest;
--> statement-breakpoint
CREATE INDEX asset_by_id ON asset (organization, environment, id DESC);
--> statement-breakpoint
-- An import finds assets by type and name, a list by name.
CREATE INDEX asset_by_name ON asset (organization, environment, type, name);
