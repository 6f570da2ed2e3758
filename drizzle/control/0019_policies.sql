-- A change of a policy takes a second person: one proposes it, another one's confirmation makes it the next version.

ALTER TABLE policy RENAME COLUMN created_by TO proposed_by;
--> statement-breakpoint
ALTER TABLE policy RENAME CONSTRAINT policy_organization_created_by_fkey TO policy_organization_proposed_by_fkey;
--> statement-breakpoint
-- Null where nobody confirmed it: what an environment began with, what was stored before this was asked for, and what
-- the only person set who may.
ALTER TABLE policy ADD COLUMN confirmed_by uuid;
--> statement-breakpoint
ALTER TABLE policy
  ADD CONSTRAINT policy_takes_two_people CHECK (confirmed_by <> proposed_by),
  ADD CONSTRAINT policy_is_short CHECK (octet_length(document) <= 65536);
--> statement-breakpoint

-- What somebody wants to be the version `version` of a policy. The newest one for the version that comes next is open; a
-- newer one takes its place, and all are closed once that version is there.
CREATE TABLE policy_proposal (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  number integer NOT NULL CHECK (number >= 1),
  document bytea NOT NULL CONSTRAINT policy_proposal_is_short CHECK (octet_length(document) <= 65536),
  digest bytea NOT NULL GENERATED ALWAYS AS (sha256(document)) STORED,
  proposed_by uuid NOT NULL,
  proposed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, environment, version, number),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id),
  FOREIGN KEY (organization, proposed_by) REFERENCES person (organization, id)
);
--> statement-breakpoint
CALL keep_forever('policy_proposal');
--> statement-breakpoint
CALL keep_by_organization('policy_proposal');
--> statement-breakpoint
CREATE TRIGGER policy_requires_an_approval BEFORE INSERT ON policy_proposal
  FOR EACH ROW EXECUTE FUNCTION require_an_approval();
--> statement-breakpoint

-- A promotion that no rule takes would be routed by nothing.
CREATE FUNCTION take_every_promotion() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF convert_from(NEW.document, 'UTF8')::jsonb -> 'rules' -> -1 ? 'when' THEN
    RAISE EXCEPTION 'the last rule of a policy has no condition'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_takes_every_promotion';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER policy_takes_every_promotion BEFORE INSERT ON policy
  FOR EACH ROW EXECUTE FUNCTION take_every_promotion();
--> statement-breakpoint
CREATE TRIGGER policy_takes_every_promotion BEFORE INSERT ON policy_proposal
  FOR EACH ROW EXECUTE FUNCTION take_every_promotion();
--> statement-breakpoint

-- The people who may change a policy now. Their rows stay locked until the transaction ends, so that a right taken away
-- meanwhile is either seen here or waits.
CREATE FUNCTION lock_policy_administrators(asked uuid) RETURNS uuid[] LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found uuid[];
BEGIN
  CALL require_read_committed();
  SELECT coalesce(array_agg(locked.person), '{}') INTO found FROM (
    SELECT member.person FROM organization_member AS member
      JOIN person ON person.organization = member.organization AND person.id = member.person
      WHERE member.organization = asked AND member.role IN ('owner', 'admin') AND person.active
      ORDER BY member.person FOR SHARE OF member, person) AS locked;
  RETURN found;
END $$;
--> statement-breakpoint

-- A proposal is for the version that comes next, is numbered without gaps, and is by somebody who may propose.
CREATE FUNCTION number_policy_proposal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.proposed_by <> ALL (lock_policy_administrators(NEW.organization)) THEN
    RAISE EXCEPTION 'a policy is proposed by an owner or admin'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_is_proposed_by_an_administrator';
  END IF;
  PERFORM FROM environment WHERE environment.organization = NEW.organization AND environment.id = NEW.environment
    FOR NO KEY UPDATE;
  IF NEW.version <> 1 + (SELECT coalesce(max(policy.version), 0) FROM policy
        WHERE policy.organization = NEW.organization AND policy.environment = NEW.environment)
     OR NEW.number <> 1 + (SELECT coalesce(max(earlier.number), 0) FROM policy_proposal AS earlier
        WHERE earlier.organization = NEW.organization AND earlier.environment = NEW.environment
          AND earlier.version = NEW.version) THEN
    RAISE EXCEPTION 'a proposal follows the newest version and the newest proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_proposal_is_the_next';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER policy_proposal_is_the_next BEFORE INSERT ON policy_proposal
  FOR EACH ROW EXECUTE FUNCTION number_policy_proposal();
--> statement-breakpoint

-- What an environment begins with needs nobody. Any other version is what a second owner or admin confirms, unless there
-- is no second one: the newest proposal, not older than 30 days, of somebody who may still propose.
CREATE FUNCTION take_a_second_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  administrators uuid[];
  proposal policy_proposal;
BEGIN
  IF NEW.version = 1 AND NEW.confirmed_by IS NULL THEN RETURN NEW; END IF;
  administrators := lock_policy_administrators(NEW.organization);
  IF NEW.proposed_by <> ALL (administrators) OR NEW.confirmed_by <> ALL (administrators) THEN
    RAISE EXCEPTION 'a policy is proposed and confirmed by owners or admins'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_is_changed_by_administrators';
  END IF;
  IF NEW.confirmed_by IS NULL THEN
    IF administrators <> ARRAY[NEW.proposed_by] THEN
      RAISE EXCEPTION 'another owner or admin has to confirm this policy'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_takes_a_second_person';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM FROM environment WHERE environment.organization = NEW.organization AND environment.id = NEW.environment
    FOR NO KEY UPDATE;
  SELECT * INTO proposal FROM policy_proposal AS open
    WHERE open.organization = NEW.organization AND open.environment = NEW.environment AND open.version = NEW.version
    ORDER BY open.number DESC LIMIT 1;
  IF proposal.document IS DISTINCT FROM NEW.document OR proposal.proposed_by IS DISTINCT FROM NEW.proposed_by
     OR proposal.proposed_at <= clock_timestamp() - interval '30 days' THEN
    RAISE EXCEPTION 'this is not what was proposed last, or it was proposed too long ago'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_is_what_was_proposed';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER policy_takes_a_second_person BEFORE INSERT ON policy
  FOR EACH ROW EXECUTE FUNCTION take_a_second_person();
--> statement-breakpoint
ALTER TABLE policy ENABLE ALWAYS TRIGGER policy_takes_every_promotion,
  ENABLE ALWAYS TRIGGER policy_takes_a_second_person;
--> statement-breakpoint
ALTER TABLE policy_proposal ENABLE ALWAYS TRIGGER policy_requires_an_approval,
  ENABLE ALWAYS TRIGGER policy_takes_every_promotion, ENABLE ALWAYS TRIGGER policy_proposal_is_the_next;
