-- Who wrote what a promotion carried, and the indexes that histories across environments read by.

-- The author of the pinned version, as its source tells it; null in snapshots from before there was this column.
ALTER TABLE promotion_snapshot ADD COLUMN author uuid CHECK (author = ANY (editors));
--> statement-breakpoint
CREATE INDEX promotion_item_source ON promotion_item (organization, source_asset, promotion);
--> statement-breakpoint
CREATE INDEX promotion_item_target ON promotion_item (organization, target_asset, promotion);
--> statement-breakpoint
CREATE INDEX asset_head_environment ON asset_head (organization, environment, asset DESC);
--> statement-breakpoint
CREATE INDEX asset_head_type ON asset_head (organization, type, asset DESC);
