-- Who stands in for whom, for a stated period. What a stand-in may do by it is judged at the moment of the act.

-- `created_at` and `revoked_at` are the database's to say. Whoever says "now" is heard a moment later, so that a start may be
-- a minute old.
CREATE TABLE delegation (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  delegator uuid NOT NULL,
  stand_in uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reason_text uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz,
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, delegator) REFERENCES person (organization, id),
  FOREIGN KEY (organization, stand_in) REFERENCES person (organization, id),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id),
  CONSTRAINT delegation_is_to_somebody_else CHECK (delegator <> stand_in),
  CONSTRAINT delegation_ends_after_it_starts CHECK (ends_at > starts_at),
  CONSTRAINT delegation_lasts_at_most_90_days CHECK (ends_at - starts_at <= interval '90 days'),
  CONSTRAINT delegation_is_not_of_the_past CHECK (created_at - starts_at <= interval '1 minute' AND ends_at > created_at)
);
--> statement-breakpoint
CREATE INDEX delegation_stand_in ON delegation (organization, stand_in);
--> statement-breakpoint
CREATE INDEX delegation_delegator ON delegation (organization, delegator);
--> statement-breakpoint

-- Ending one is all that ever happens to it: once, and now, whatever moment is asked for.
CREATE FUNCTION end_delegation_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
     OR to_jsonb(NEW) - 'revoked_at' <> to_jsonb(OLD) - 'revoked_at' THEN
    RAISE EXCEPTION 'a delegation may only be ended' USING ERRCODE = 'insufficient_privilege';
  END IF;
  NEW.revoked_at := clock_timestamp();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON delegation FOR EACH ROW EXECUTE FUNCTION end_delegation_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON delegation FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE delegation ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint
CALL keep_by_organization('delegation');
--> statement-breakpoint

-- For whom somebody stands in right now, and what those people hold by themselves: standing in for somebody passes nothing
-- on that somebody else gave them. The rows it rests on stay locked until the transaction ends, as those of `standing_of` do.
CREATE FUNCTION stood_in_for(asked_person uuid)
RETURNS TABLE (delegation uuid, delegator uuid, active boolean, groups text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  given delegation;
BEGIN
  FOR given IN SELECT * FROM delegation AS one
    WHERE one.organization = current_organization() AND one.stand_in = asked_person AND one.revoked_at IS NULL
      AND one.starts_at <= clock_timestamp() AND one.ends_at > clock_timestamp()
    ORDER BY one.id FOR SHARE
  LOOP
    SELECT standing.active, standing.groups INTO active, groups FROM standing_of(given.delegator, NULL) AS standing;
    -- It may have ended while this waited for a lock.
    CONTINUE WHEN given.ends_at <= clock_timestamp();
    delegation := given.id;
    delegator := given.delegator;
    RETURN NEXT;
  END LOOP;
END $$;
