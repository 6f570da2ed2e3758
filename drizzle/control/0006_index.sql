-- Control's index over every log: what lists, timelines and associations read.

-- How far each origin has been followed.
CREATE TABLE followed_log (
  organization uuid NOT NULL,
  origin text NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  PRIMARY KEY (organization, origin)
);
--> statement-breakpoint
CREATE TABLE event_index (
  organization uuid NOT NULL,
  origin text NOT NULL,
  index bigint NOT NULL CHECK (index >= 0),
  id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz NOT NULL,
  leaf bytea NOT NULL,
  leaf_hash digest NOT NULL,
  person uuid,
  environment uuid,
  asset uuid,
  promotion uuid,
  outcome text NOT NULL,
  PRIMARY KEY (organization, origin, index)
);
--> statement-breakpoint
CREATE INDEX event_index_newest ON event_index (organization, time DESC, id DESC);
--> statement-breakpoint
CREATE INDEX event_index_promotion ON event_index (organization, promotion, time) WHERE promotion IS NOT NULL;
--> statement-breakpoint
CREATE INDEX event_index_asset ON event_index (organization, asset, time) WHERE asset IS NOT NULL;
--> statement-breakpoint

-- The newest known state of every asset of every environment, as its environment's log tells it.
CREATE TABLE asset_head (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  environment uuid NOT NULL,
  type text NOT NULL,
  version integer NOT NULL CHECK (version >= 0),
  digest digest,
  active_version integer,
  deleted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (organization, asset),
  CHECK ((digest IS NULL) = (version = 0))
);
--> statement-breakpoint
-- Which login may follow the logs of which origin; written by `migrate`.
CREATE TABLE follow_right (
  role name NOT NULL,
  origin text NOT NULL,
  PRIMARY KEY (role, origin)
);
--> statement-breakpoint
CALL keep_by_organization('followed_log', 'event_index', 'asset_head');
--> statement-breakpoint

-- What one login writes in its own log must not stop control from following it.
CREATE FUNCTION uuid_or_null(given text) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN pg_input_is_valid(given, 'uuid') THEN given::uuid END;
--> statement-breakpoint

-- Every entry enters the index the same way, whichever log it comes from.
CREATE FUNCTION index_entry(of_origin text, at_index bigint, leaf bytea) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  envelope constant jsonb := convert_from(leaf, 'UTF8')::jsonb;
  data constant jsonb := envelope -> 'data';
BEGIN
  INSERT INTO event_index VALUES (here, of_origin, at_index, (envelope ->> 'id')::uuid, envelope ->> 'type',
    envelope ->> 'subject', (envelope ->> 'time')::timestamptz, leaf, sha256('\x00'::bytea || leaf),
    uuid_or_null(data #>> '{actor,person}'), uuid_or_null(data ->> 'environment'), uuid_or_null(data ->> 'asset'),
    uuid_or_null(data ->> 'promotion'), coalesce(data ->> 'outcome', 'success'));
END $$;
--> statement-breakpoint

CREATE FUNCTION index_own_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM index_entry(log_origin(), NEW.index, NEW.leaf);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER index_own_entry AFTER INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION index_own_entry();
--> statement-breakpoint
ALTER TABLE log_entry ENABLE ALWAYS TRIGGER index_own_entry;
--> statement-breakpoint

-- Moves an asset's head as its own environment's log tells it. An entry about an asset of another kind of environment,
-- or one that makes no sense, stays in the index and moves nothing.
CREATE FUNCTION move_head(of_kind text, type text, data jsonb) RETURNS void
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
    WHEN 'asset.activated' THEN
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
--> statement-breakpoint

-- Takes the next entries of one environment's log, in order and without a gap, and only from the login that may speak
-- for that origin. Returns how far the log is followed now; a call that begins elsewhere changes nothing.
CREATE FUNCTION follow(of_origin text, from_index bigint, leaves bytea[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  of_kind constant text := replace(session_user, 'worker_', '');
  followed bigint;
  envelope jsonb;
BEGIN
  IF here IS NULL OR NOT EXISTS (SELECT FROM follow_right WHERE follow_right.role = session_user
      AND of_origin = follow_right.origin || '/' || here::text) THEN
    RAISE EXCEPTION 'this login may not follow that log' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO followed_log VALUES (here, of_origin, 0) ON CONFLICT DO NOTHING;
  SELECT size INTO STRICT followed FROM followed_log
    WHERE followed_log.organization = here AND followed_log.origin = of_origin FOR UPDATE;
  IF from_index <> followed OR cardinality(leaves) = 0 THEN RETURN followed; END IF;
  FOR i IN 1 .. cardinality(leaves) LOOP
    envelope := convert_from(leaves[i], 'UTF8')::jsonb;
    IF envelope ->> 'source' IS DISTINCT FROM of_origin THEN
      RAISE EXCEPTION 'an entry names another log' USING ERRCODE = 'CS006';
    END IF;
    PERFORM index_entry(of_origin, followed, leaves[i]);
    PERFORM move_head(of_kind, envelope ->> 'type', envelope -> 'data');
    followed := followed + 1;
  END LOOP;
  UPDATE followed_log SET size = followed WHERE followed_log.organization = here AND followed_log.origin = of_origin;
  RETURN followed;
END $$;
