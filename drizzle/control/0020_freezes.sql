-- What stops landing: the switch of an organization, and freezes of an environment.

CREATE TABLE organization_freeze (
  organization uuid NOT NULL REFERENCES organization (organization),
  id uuid NOT NULL,
  reason_text uuid NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted_by uuid,
  lifted_at timestamptz,
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id),
  FOREIGN KEY (organization, created_by) REFERENCES person (organization, id),
  CONSTRAINT organization_freeze_lifted_by_somebody CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX organization_freeze_once ON organization_freeze (organization) WHERE lifted_at IS NULL;
--> statement-breakpoint

-- Once, from an instant on and to another where it has one; or again and again, by the clocks of a zone.
CREATE TABLE environment_freeze (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  environment uuid NOT NULL,
  name text CHECK (length(name) BETWEEN 1 AND 200),
  reason_text uuid NOT NULL,
  starts_at timestamptz,
  ends_at timestamptz CHECK (ends_at > starts_at),
  recurrence text CHECK (length(recurrence) BETWEEN 1 AND 2000),
  zone text CHECK (length(zone) BETWEEN 1 AND 64),
  duration text CHECK (length(duration) BETWEEN 1 AND 40),
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted_by uuid,
  lifted_at timestamptz,
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id),
  FOREIGN KEY (organization, created_by) REFERENCES person (organization, id),
  CONSTRAINT environment_freeze_once_or_recurring CHECK (
    num_nulls(recurrence, zone, duration) = CASE WHEN starts_at IS NULL THEN 0 ELSE 3 END
    AND (ends_at IS NULL OR starts_at IS NOT NULL)),
  CONSTRAINT environment_freeze_lifted_by_somebody CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
--> statement-breakpoint
CREATE INDEX environment_freeze_in_force ON environment_freeze (organization, environment) WHERE lifted_at IS NULL;
--> statement-breakpoint

-- Freezing takes it for itself, and what rests on nothing being frozen shares it: of two that come at once, one is seen
-- by the other. It is held until the end of a transaction that writes in control alone, never while production lands.
CREATE FUNCTION freezing_of(frozen uuid) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN hashtextextended('freeze ' || frozen, 0);
--> statement-breakpoint
CREATE FUNCTION hold_freezes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM pg_advisory_xact_lock_shared(freezing_of(current_organization()));
END $$;
--> statement-breakpoint

-- A freeze is set once and lifted once. The moments are the database's own, after whatever it waited for.
CREATE FUNCTION freeze_or_lift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM pg_advisory_xact_lock(freezing_of(NEW.organization));
  IF TG_OP = 'INSERT' THEN
    IF NEW.lifted_by IS NOT NULL OR NEW.lifted_at IS NOT NULL THEN
      RAISE EXCEPTION 'a freeze begins in force'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'freeze_begins_in_force';
    END IF;
    NEW.created_at := clock_timestamp();
    RETURN NEW;
  END IF;
  IF OLD.lifted_by IS NOT NULL OR NEW.lifted_by IS NULL
     OR to_jsonb(NEW) - 'lifted_by' - 'lifted_at' <> to_jsonb(OLD) - 'lifted_by' - 'lifted_at'
     OR NOT EXISTS (SELECT FROM person WHERE person.organization = NEW.organization AND person.id = NEW.lifted_by) THEN
    RAISE EXCEPTION 'a freeze may only be lifted, once, by a person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'freeze_may_only_be_lifted';
  END IF;
  NEW.lifted_at := clock_timestamp();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER freeze_or_lift BEFORE INSERT OR UPDATE ON organization_freeze
  FOR EACH ROW EXECUTE FUNCTION freeze_or_lift();
--> statement-breakpoint
CREATE TRIGGER freeze_or_lift BEFORE INSERT OR UPDATE ON environment_freeze
  FOR EACH ROW EXECUTE FUNCTION freeze_or_lift();
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE DELETE ON organization_freeze FOR EACH ROW EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE DELETE ON environment_freeze
  FOR EACH ROW EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON organization_freeze
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON environment_freeze
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE organization_freeze ENABLE ALWAYS TRIGGER freeze_or_lift, ENABLE ALWAYS TRIGGER keep_rows,
  ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint
ALTER TABLE environment_freeze ENABLE ALWAYS TRIGGER freeze_or_lift, ENABLE ALWAYS TRIGGER keep_rows,
  ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint
CALL keep_by_organization('organization_freeze', 'environment_freeze');
--> statement-breakpoint

-- Before the quorum is counted. What recurs takes a calendar, which `record` asks while it holds the freezes.
CREATE FUNCTION refuse_while_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  instant timestamptz;
BEGIN
  CALL require_read_committed();
  PERFORM pg_advisory_xact_lock_shared(freezing_of(NEW.organization));
  instant := clock_timestamp();
  PERFORM FROM organization_freeze AS switch
    WHERE switch.organization = NEW.organization AND switch.lifted_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    PERFORM FROM environment_freeze AS one JOIN promotion ON promotion.organization = one.organization
        AND promotion.destination_environment = one.environment
      WHERE one.organization = NEW.organization AND promotion.id = NEW.promotion AND one.lifted_at IS NULL
        AND one.starts_at <= instant AND (one.ends_at IS NULL OR instant < one.ends_at) FOR SHARE OF one;
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'nothing is authorized to land while it is frozen'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_while_frozen';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_while_frozen BEFORE INSERT ON "authorization"
  FOR EACH ROW EXECUTE FUNCTION refuse_while_frozen();
--> statement-breakpoint
ALTER TABLE "authorization" ENABLE ALWAYS TRIGGER refuse_while_frozen;
