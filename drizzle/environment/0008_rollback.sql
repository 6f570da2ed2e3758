-- Going back from what a promotion activated to what was in use before. Only what was in use comes back; nothing is written.

-- `instead` is the version that an activation replaced, 0 where nothing was in use, and null where that was not kept. A
-- roll-back names the version that is in use after it, null where there is none.
ALTER TABLE performed_act
  DROP CONSTRAINT performed_act_purpose_check,
  ADD CONSTRAINT performed_act_purpose_check CHECK (
    purpose IN ('create-asset', 'write-version', 'supply-secret', 'restore', 'erase', 'activate', 'rollback')),
  ALTER COLUMN version DROP NOT NULL,
  ADD CONSTRAINT performed_act_names_a_version CHECK (version IS NOT NULL OR purpose = 'rollback'),
  ADD COLUMN instead integer,
  ADD CONSTRAINT performed_act_instead_check CHECK (instead IS NULL OR (instead >= 0 AND purpose = 'activate'));
--> statement-breakpoint
CREATE FUNCTION roll_back_what_was_activated() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM performed_act AS activated WHERE activated.organization = NEW.organization
      AND activated.act = NEW.act AND activated.purpose = 'activate' AND activated.asset = NEW.asset
      AND activated.instead = coalesce(NEW.version, 0)) THEN
    RAISE EXCEPTION 'a roll-back leaves in use what was in use before the activation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollback_of_what_was_activated';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER roll_back_what_was_activated BEFORE INSERT ON performed_act FOR EACH ROW
  WHEN (NEW.purpose = 'rollback') EXECUTE FUNCTION roll_back_what_was_activated();
--> statement-breakpoint
ALTER TABLE performed_act ENABLE ALWAYS TRIGGER roll_back_what_was_activated;
--> statement-breakpoint

-- A pointer goes away by a roll-back of the same transaction alone, to before anything was in use.
CREATE FUNCTION point_to_nothing_by_rolling_back() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM performed_act AS act WHERE act.organization = OLD.organization AND act.asset = OLD.asset
      AND act.purpose = 'rollback' AND act.version IS NULL AND act.performed_at = transaction_timestamp()) THEN
    RAISE EXCEPTION 'what is in use stays in use unless it is rolled back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER point_to_nothing_by_rolling_back BEFORE DELETE ON active_version
  FOR EACH ROW EXECUTE FUNCTION point_to_nothing_by_rolling_back();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON active_version FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE active_version ENABLE ALWAYS TRIGGER point_to_nothing_by_rolling_back, ENABLE ALWAYS TRIGGER keep_table;
