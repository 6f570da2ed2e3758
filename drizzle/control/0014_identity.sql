-- Access tokens of an identity provider: who stands behind one, and the key that it became at a door.

-- A person links their own identity, and nobody else's: this is what a token is believed by.
CREATE TABLE person_identity (
  organization uuid NOT NULL,
  person uuid NOT NULL,
  issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 2000),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, person),
  UNIQUE (organization, issuer, subject),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id)
);
--> statement-breakpoint
-- A token names no organization.
CREATE INDEX person_identity_issuer_subject ON person_identity (issuer, subject);
--> statement-breakpoint

-- A key that came of a token has no secret of ours, so that it is never presented as `csk_…`, and ends with the token.
ALTER TABLE api_key
  ADD COLUMN origin text NOT NULL DEFAULT 'made' CHECK (origin IN ('made', 'identity-provider')),
  ALTER COLUMN secret_digest DROP NOT NULL,
  ADD CONSTRAINT api_key_made_has_a_secret CHECK ((origin = 'made') = (secret_digest IS NOT NULL)),
  ADD CONSTRAINT api_key_of_a_token_expires CHECK (origin = 'made' OR expires_at IS NOT NULL),
  ADD UNIQUE (organization, id, actor, door, origin);
--> statement-breakpoint

-- Which key a token became at a door: one, however many requests bring the token at once. `opens` is the id of the
-- environment or of the organization. The key is the person's own, of that door, and of this origin. It is written after
-- this row, which is what requests that come at once wait for; so its key is looked at when they commit.
CREATE TABLE exchanged_token (
  organization uuid NOT NULL,
  person uuid NOT NULL,
  token_digest digest NOT NULL,
  opens uuid NOT NULL,
  door text NOT NULL CHECK (door IN ('organization', 'environment')),
  api_key uuid NOT NULL,
  origin text NOT NULL DEFAULT 'identity-provider' CHECK (origin = 'identity-provider'),
  PRIMARY KEY (organization, person, token_digest, opens),
  UNIQUE (organization, api_key),
  CONSTRAINT exchanged_token_opens_its_door CHECK ((door = 'organization') = (opens = organization)),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  CONSTRAINT exchanged_token_key FOREIGN KEY (organization, api_key, person, door, origin)
    REFERENCES api_key (organization, id, actor, door, origin) DEFERRABLE INITIALLY DEFERRED
);
--> statement-breakpoint
-- A token that was refused once stays refused, also when its identity is linked again.
CALL keep_forever('exchanged_token');
--> statement-breakpoint
CALL keep_by_organization('person_identity', 'exchanged_token');
--> statement-breakpoint

-- As before, with the store in which the environment stands, and of keys with a secret alone.
DROP FUNCTION find_api_key(uuid);
--> statement-breakpoint
CREATE FUNCTION find_api_key(asked uuid)
RETURNS TABLE (organization uuid, id uuid, actor uuid, actor_kind text, person uuid, active boolean, door text,
               environment uuid, environment_kind text, environment_store text, scopes text[], secret_digest bytea,
               expires_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT api_key.organization, api_key.id, api_key.actor, actor.kind, coalesce(service_account.owner, api_key.actor),
         person.active AND coalesce(service_account.active, true), api_key.door, environment.id, environment.kind,
         environment.store, api_key.scopes, api_key.secret_digest, api_key.expires_at, api_key.revoked_at
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
  WHERE api_key.id = asked AND api_key.origin = 'made'
    AND (api_key.door = 'organization' OR environment.id IS NOT NULL)
$$;
--> statement-breakpoint

GRANT SELECT ON person_identity, exchanged_token TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('find_api_key(uuid)');
