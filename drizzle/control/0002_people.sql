-- Organizations, their environments, and who may act in them.

CREATE TABLE organization (
  organization uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint

CREATE TABLE environment (
  organization uuid NOT NULL REFERENCES organization,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('development', 'staging', 'production')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, id, kind),
  UNIQUE (organization, name)
);
--> statement-breakpoint

-- Whoever acts: a human, or a service account that acts for one. What is signed always holds a human's id.
CREATE TABLE actor (
  organization uuid NOT NULL REFERENCES organization,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('human', 'service')),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, id, kind)
);
--> statement-breakpoint

CREATE TABLE person (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL DEFAULT 'human' CHECK (kind = 'human'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email text CHECK (length(email) BETWEEN 3 AND 320),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, id, kind) REFERENCES actor (organization, id, kind)
);
--> statement-breakpoint

CREATE TABLE service_account (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL DEFAULT 'service' CHECK (kind = 'service'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  owner uuid NOT NULL,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, id, kind) REFERENCES actor (organization, id, kind),
  FOREIGN KEY (organization, owner) REFERENCES person (organization, id)
);
--> statement-breakpoint

CREATE TABLE organization_member (
  organization uuid NOT NULL,
  person uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  auditor boolean NOT NULL DEFAULT false,
  PRIMARY KEY (organization, person),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id)
);
--> statement-breakpoint

-- What counts rows after taking a lock needs to see what others committed meanwhile; a snapshot taken before the lock
-- would not show it.
CREATE PROCEDURE require_read_committed() LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'this is decided in a transaction that reads what is committed'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
END $$;
--> statement-breakpoint

-- The head count is taken at commit under a lock on the organization, so that two owners leaving at once cannot both.
CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM FROM organization WHERE organization.organization = OLD.organization FOR UPDATE;
  IF NOT EXISTS (SELECT FROM organization_member JOIN person
      ON person.organization = organization_member.organization AND person.id = organization_member.person
      WHERE organization_member.organization = OLD.organization AND role = 'owner' AND active) THEN
    RAISE EXCEPTION 'an organization keeps at least one active owner'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_keeps_an_owner';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER organization_keeps_an_owner AFTER UPDATE OR DELETE ON organization_member
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_an_owner();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER organization_keeps_an_owner AFTER UPDATE OF active ON person
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_an_owner();
--> statement-breakpoint

ALTER TABLE organization_member ENABLE ALWAYS TRIGGER organization_keeps_an_owner;
--> statement-breakpoint
ALTER TABLE person ENABLE ALWAYS TRIGGER organization_keeps_an_owner;
--> statement-breakpoint

CREATE TABLE environment_member (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  actor uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('engineer', 'support', 'viewer')),
  PRIMARY KEY (organization, environment, actor),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id),
  FOREIGN KEY (organization, actor) REFERENCES actor (organization, id)
);
--> statement-breakpoint

CREATE TABLE approver_group (
  organization uuid NOT NULL REFERENCES organization,
  name text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
  PRIMARY KEY (organization, name)
);
--> statement-breakpoint
CREATE TABLE approver_group_member (
  organization uuid NOT NULL,
  approver_group text NOT NULL,
  person uuid NOT NULL,
  PRIMARY KEY (organization, approver_group, person),
  FOREIGN KEY (organization, approver_group) REFERENCES approver_group (organization, name),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id)
);
--> statement-breakpoint

-- A key opens one door: the organization's, or one environment's, named in `api_key_environment`.
CREATE TABLE api_key (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  actor uuid NOT NULL,
  door text NOT NULL CHECK (door IN ('organization', 'environment')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  scopes text[],
  secret_digest digest NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (organization, id),
  UNIQUE (id),
  UNIQUE (organization, id, door),
  FOREIGN KEY (organization, actor) REFERENCES actor (organization, id)
);
--> statement-breakpoint
CREATE TABLE api_key_environment (
  organization uuid NOT NULL,
  api_key uuid NOT NULL,
  door text NOT NULL DEFAULT 'environment' CHECK (door = 'environment'),
  environment uuid NOT NULL,
  PRIMARY KEY (organization, api_key),
  FOREIGN KEY (organization, api_key, door) REFERENCES api_key (organization, id, door),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id)
);
--> statement-breakpoint

-- A one-time bearer that does nothing but make a person's first keys.
CREATE TABLE sign_in_token (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  person uuid NOT NULL,
  issued_by uuid NOT NULL,
  secret_digest digest NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization, id),
  UNIQUE (id),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  FOREIGN KEY (organization, issued_by) REFERENCES person (organization, id)
);
--> statement-breakpoint

-- Belongs to the destination; versions are never changed, the newest one routes what is requested from now on.
CREATE TABLE policy (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  document bytea NOT NULL,
  digest bytea NOT NULL GENERATED ALWAYS AS (sha256(document)) STORED,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, environment, version),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id),
  FOREIGN KEY (organization, created_by) REFERENCES person (organization, id)
);
--> statement-breakpoint

-- No rule may waive the approval by somebody who contributed nothing, whoever writes the policy.
CREATE FUNCTION require_an_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  document constant jsonb := convert_from(NEW.document, 'UTF8')::jsonb;
BEGIN
  IF jsonb_typeof(document -> 'rules') IS DISTINCT FROM 'array' OR jsonb_array_length(document -> 'rules') = 0
     OR EXISTS (SELECT FROM jsonb_array_elements(document -> 'rules') AS rule WHERE NOT EXISTS (
       SELECT FROM jsonb_array_elements(rule -> 'steps') AS step
       WHERE step ->> 'kind' = 'approval' AND (step ->> 'approvals')::integer >= 1)) THEN
    RAISE EXCEPTION 'every rule of a policy needs at least one approval'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_requires_an_approval';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER policy_requires_an_approval BEFORE INSERT ON policy FOR EACH ROW EXECUTE FUNCTION require_an_approval();
--> statement-breakpoint
ALTER TABLE policy ENABLE ALWAYS TRIGGER policy_requires_an_approval;
--> statement-breakpoint
CALL keep_forever('policy');
--> statement-breakpoint
CALL keep_by_organization('organization', 'environment', 'actor', 'person', 'service_account', 'organization_member',
  'environment_member', 'approver_group', 'approver_group_member', 'api_key', 'api_key_environment', 'sign_in_token',
  'policy');
--> statement-breakpoint

-- What an actor may do right now. The rows it rests on stay locked until the transaction ends, so that a right taken
-- away meanwhile is either seen here or waits. A service account acts for its owner and is active only as long.
CREATE FUNCTION standing_of(asked_actor uuid, asked_environment uuid)
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
  SELECT member.role INTO environment_role FROM environment_member AS member
    WHERE member.organization = here AND member.environment = asked_environment AND member.actor = asked_actor FOR SHARE;
  auditor := coalesce(auditor, false);
  groups := coalesce(groups, '{}');
  RETURN NEXT;
END $$;
--> statement-breakpoint

-- A bearer names no organization: the key's id finds it. The caller compares the secret's digest itself.
CREATE FUNCTION find_api_key(asked uuid)
RETURNS TABLE (organization uuid, id uuid, actor uuid, actor_kind text, person uuid, active boolean, door text,
               environment uuid, environment_kind text, scopes text[], secret_digest bytea, expires_at timestamptz,
               revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT api_key.organization, api_key.id, api_key.actor, actor.kind, coalesce(service_account.owner, api_key.actor),
         person.active AND coalesce(service_account.active, true), api_key.door, environment.id, environment.kind,
         api_key.scopes, api_key.secret_digest, api_key.expires_at, api_key.revoked_at
  FROM api_key
  JOIN actor ON actor.organization = api_key.organization AND actor.id = api_key.actor
  LEFT JOIN service_account
    ON service_account.organization = api_key.organization AND service_account.id = api_key.actor
  JOIN person ON person.organization = api_key.organization
    AND person.id = coalesce(service_account.owner, api_key.actor)
  LEFT JOIN api_key_environment ON api_key_environment.organization = api_key.organization
    AND api_key_environment.api_key = api_key.id
  LEFT JOIN environment ON environment.organization = api_key.organization
    AND environment.id = api_key_environment.environment
  WHERE api_key.id = asked AND (api_key.door = 'organization' OR environment.id IS NOT NULL)
$$;
--> statement-breakpoint

CREATE FUNCTION find_sign_in_token(asked uuid)
RETURNS TABLE (organization uuid, id uuid, person uuid, active boolean, secret_digest bytea, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT sign_in_token.organization, sign_in_token.id, sign_in_token.person, person.active,
         sign_in_token.secret_digest, sign_in_token.expires_at
  FROM sign_in_token JOIN person
    ON person.organization = sign_in_token.organization AND person.id = sign_in_token.person
  WHERE sign_in_token.id = asked
$$;
--> statement-breakpoint
-- `npm start` on empty data makes the first organization, later starts do not.
CREATE FUNCTION any_organization() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM organization)
$$;
--> statement-breakpoint
GRANT SELECT ON api_key, api_key_environment, actor, service_account, person, environment, sign_in_token, organization
  TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('find_api_key(uuid)', 'find_sign_in_token(uuid)', 'any_organization()');
