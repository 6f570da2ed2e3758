-- An environment stands in the shared store of its kind, or in one that has a name of its own.

-- `migrate` writes these rows anew, with the stores that it was told of.
DELETE FROM follow_right;
--> statement-breakpoint
ALTER TABLE follow_right ADD COLUMN store text NOT NULL, ADD UNIQUE (store);
--> statement-breakpoint
ALTER TABLE environment ADD COLUMN store text CHECK (store ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(store) <= 63);
--> statement-breakpoint

-- The rows are of many organizations, whose policy shows none of them to the owner of the table.
ALTER TABLE environment NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
UPDATE environment SET store = kind;
--> statement-breakpoint
ALTER TABLE environment FORCE ROW LEVEL SECURITY, ALTER COLUMN store SET NOT NULL;
--> statement-breakpoint

-- What an environment holds would be left behind if it moved, and control would follow a log that is not its own. So the
-- store is chosen once, among those of its kind that this installation has.
CREATE FUNCTION place_the_environment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.store := coalesce(NEW.store, NEW.kind);
  IF TG_OP = 'UPDATE' AND (NEW.store <> OLD.store OR NEW.kind <> OLD.kind) THEN
    RAISE EXCEPTION 'an environment keeps its kind and its store'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'environment_keeps_its_store';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM follow_right
      WHERE follow_right.store = NEW.store AND follow_right.role = 'worker_' || NEW.kind) THEN
    RAISE EXCEPTION 'this installation has no such store of that kind'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'environment_store_is_known';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER place_the_environment BEFORE INSERT OR UPDATE ON environment
  FOR EACH ROW EXECUTE FUNCTION place_the_environment();
--> statement-breakpoint
ALTER TABLE environment ENABLE ALWAYS TRIGGER place_the_environment;
--> statement-breakpoint

-- As before, and an entry moves heads only where its log is that of the store in which its environment stands: what a
-- worker tells from one store about an environment of another stays in the index and moves nothing.
CREATE OR REPLACE FUNCTION follow(of_origin text, from_index bigint, leaves bytea[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  of_kind constant text := replace(session_user, 'worker_', '');
  of_store constant text := (SELECT follow_right.store FROM follow_right WHERE follow_right.role = session_user
    AND of_origin = follow_right.origin || '/' || here::text);
  followed bigint;
  envelope jsonb;
BEGIN
  IF here IS NULL OR of_store IS NULL THEN
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
    IF EXISTS (SELECT FROM environment WHERE environment.organization = here AND environment.store = of_store
        AND environment.id = uuid_or_null(envelope #>> '{data,environment}')) THEN
      PERFORM move_head(of_kind, envelope ->> 'type', envelope -> 'data');
    END IF;
    followed := followed + 1;
  END LOOP;
  UPDATE followed_log SET size = followed WHERE followed_log.organization = here AND followed_log.origin = of_origin;
  RETURN followed;
END $$;
