-- A service account holds roles of its own, and does in no environment more than its owner may do there.

-- The role that somebody has in an environment. A service account's is the narrower one of its own and its owner's, and
-- none where either has none; a human is their own owner here.
CREATE FUNCTION environment_role_of(asked_actor uuid, asked_environment uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN 'viewer' IN (given.role, answering.role) THEN 'viewer'
              WHEN 'support' IN (given.role, answering.role) THEN 'support'
              ELSE 'engineer' END
  FROM environment_member AS given
  LEFT JOIN service_account AS account ON account.organization = given.organization AND account.id = given.actor
  JOIN environment_member AS answering ON answering.organization = given.organization
    AND answering.environment = given.environment AND answering.actor = coalesce(account.owner, given.actor)
  WHERE given.organization = current_organization() AND given.environment = asked_environment
    AND given.actor = asked_actor
$$;
--> statement-breakpoint

-- What an actor may do right now. The rows it rests on stay locked until the transaction ends, so that a right taken
-- away meanwhile is either seen here or waits. A service account acts for its owner and is active only as long; the
-- owner's role stays locked with its own.
CREATE OR REPLACE FUNCTION standing_of(asked_actor uuid, asked_environment uuid)
RETURNS TABLE (person uuid, kind text, active boolean, organization_role text, auditor boolean, environment_role text,
               groups text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  account service_account;
BEGIN
  SELECT actor.kind INTO kind FROM actor WHERE actor.organization = here AND actor.id = asked_actor;
  IF kind IS NULL THEN RETURN; END IF;
  person := asked_actor;
  IF kind = 'service' THEN
    SELECT * INTO account FROM service_account
      WHERE service_account.organization = here AND service_account.id = asked_actor FOR SHARE;
    person := account.owner;
  END IF;
  SELECT one.active INTO active FROM person AS one
    WHERE one.organization = here AND one.id = standing_of.person FOR SHARE;
  IF kind = 'service' THEN
    active := active AND account.active;
  ELSE
    SELECT member.role, member.auditor INTO organization_role, auditor FROM organization_member AS member
      WHERE member.organization = here AND member.person = asked_actor FOR SHARE;
    PERFORM FROM approver_group_member AS member
      WHERE member.organization = here AND member.person = asked_actor FOR SHARE;
    SELECT array_agg(member.approver_group ORDER BY member.approver_group) INTO groups
      FROM approver_group_member AS member WHERE member.organization = here AND member.person = asked_actor;
  END IF;
  PERFORM FROM environment_member AS member
    WHERE member.organization = here AND member.environment = asked_environment
      AND member.actor IN (asked_actor, standing_of.person) FOR SHARE;
  environment_role := environment_role_of(asked_actor, asked_environment);
  auditor := coalesce(auditor, false);
  groups := coalesce(groups, '{}');
  RETURN NEXT;
END $$;
