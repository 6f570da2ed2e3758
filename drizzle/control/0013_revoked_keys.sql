-- Rights are judged at the moment of the act. What was asked with a key that was revoked before it was judged is not done.

-- A key that merely expired stays good for what was asked in its time. The key's row stays locked until the transaction
-- ends, so that revoking it is either seen here or waits. A command that is not there was asked with no key.
CREATE FUNCTION asked_with_revoked_key(asked_command uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  revoked boolean;
BEGIN
  SELECT used.revoked_at IS NOT NULL INTO revoked FROM command AS asked
    JOIN api_key AS used ON used.organization = asked.organization AND used.id = asked.api_key
    WHERE asked.organization = here AND asked.id = asked_command FOR SHARE OF used;
  RETURN coalesce(revoked, false);
END $$;
--> statement-breakpoint

-- As before, tested before it is cast: of one SQL expression with a known argument the cast was folded first, so that a
-- follower whose first entry named no id where one belongs never got past it.
CREATE OR REPLACE FUNCTION uuid_or_null(given text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF pg_input_is_valid(given, 'uuid') THEN RETURN given::uuid; END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint

-- The argument names the column that holds the command; a step of a workflow's own has a name there, and no key.
CREATE FUNCTION refuse_revoked_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF asked_with_revoked_key(uuid_or_null(to_jsonb(NEW) ->> TG_ARGV[0])) THEN
    RAISE EXCEPTION 'the key that this was asked with is revoked'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'asked_with_a_standing_key';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint

-- Every event that rests on what a person asked of a promotion or its rollout.
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON stream_event
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint
-- What is counted by the quorum, and what production's worker acts by, without looking at events.
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON production_command_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('production_command');
--> statement-breakpoint
ALTER TABLE stream_event ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint
ALTER TABLE production_command_grant ENABLE ALWAYS TRIGGER refuse_revoked_key;
