-- What the workflow judges first, the database refuses as well: a signature after the time to decide, and an
-- authorization on the signature of somebody who has no role in the destination any more.

CREATE FUNCTION refuse_after_expiry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion
      AND promotion.expires_at < clock_timestamp()) THEN
    RAISE EXCEPTION 'the time to decide is over'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'no_decision_after_expiry';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_after_expiry BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_after_expiry();
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER refuse_after_expiry;
--> statement-breakpoint

-- Roles that are counted stay locked, as people are, so that none is taken away in the meantime. Its name makes it come
-- after the quorum, which holds the promotion.
CREATE FUNCTION require_roles_in_the_destination() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  destination constant uuid := (SELECT promotion.destination_environment FROM promotion
    WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion);
  signers constant uuid[] := (SELECT array_agg(DISTINCT decision.person) FROM decision
    WHERE decision.organization = NEW.organization AND decision.promotion = NEW.promotion
      AND decision.revision = NEW.revision AND decision.withdrawn_at IS NULL
      AND decision.verdict = CASE NEW.kind WHEN 'override' THEN 'override' ELSE 'approve' END);
BEGIN
  PERFORM FROM environment_member AS member WHERE member.organization = NEW.organization
    AND member.environment = destination AND member.actor = ANY (signers) FOR SHARE;
  IF EXISTS (SELECT FROM unnest(signers) AS signer WHERE NOT EXISTS (SELECT FROM environment_member AS member
      WHERE member.organization = NEW.organization AND member.environment = destination AND member.actor = signer)) THEN
    RAISE EXCEPTION 'somebody who signed has no role in the destination any more'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_roles_in_the_destination';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER require_the_roles BEFORE INSERT ON "authorization"
  FOR EACH ROW EXECUTE FUNCTION require_roles_in_the_destination();
--> statement-breakpoint
ALTER TABLE "authorization" ENABLE ALWAYS TRIGGER require_the_roles;
