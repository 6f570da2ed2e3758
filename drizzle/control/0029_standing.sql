-- As before, and what is locked is read in the same statement: every act asks for this. A human's role is their own,
-- whoever else there is.
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
    PERFORM FROM environment_member AS member
      WHERE member.organization = here AND member.environment = asked_environment
        AND member.actor IN (asked_actor, standing_of.person) FOR SHARE;
    environment_role := environment_role_of(asked_actor, asked_environment);
  ELSE
    SELECT member.role, member.auditor INTO organization_role, auditor FROM organization_member AS member
      WHERE member.organization = here AND member.person = asked_actor FOR SHARE;
    SELECT array_agg(locked.approver_group ORDER BY locked.approver_group) INTO groups FROM (
      SELECT member.approver_group FROM approver_group_member AS member
        WHERE member.organization = here AND member.person = asked_actor FOR SHARE) AS locked;
    SELECT member.role INTO environment_role FROM environment_member AS member
      WHERE member.organization = here AND member.environment = asked_environment AND member.actor = asked_actor
      FOR SHARE;
  END IF;
  auditor := coalesce(auditor, false);
  groups := coalesce(groups, '{}');
  RETURN NEXT;
END $$;
