-- Keys that secrets are sealed with, secrets on their way to production, what was ever held where, and erasure.

-- Public halves. Each environment's worker derives its pairs and publishes them; the newest one is in use, and one that
-- was replaced never is again. `public_key` is a JWK (RFC 7517).
CREATE TABLE sealing_key (
  organization uuid NOT NULL,
  environment uuid NOT NULL,
  kid text NOT NULL CHECK (kid ~ '^[0-9a-f]{32}$'),
  public_key text NOT NULL CHECK (public_key IS JSON OBJECT WITH UNIQUE KEYS AND length(public_key) <= 1000),
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, environment, kid),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id)
);
--> statement-breakpoint

-- Whoever published a key of their own for production could read what is sealed for it.
CREATE FUNCTION speak_for_own_kind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM environment WHERE environment.organization = NEW.organization
      AND environment.id = NEW.environment AND 'worker_' || environment.kind = session_user) THEN
    RAISE EXCEPTION 'this login publishes no key for that environment' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.public_key::jsonb - ARRAY['kty', 'crv', 'x'] <> '{}' THEN
    RAISE EXCEPTION 'only the public half of a key is published' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER speak_for_own_kind BEFORE INSERT ON sealing_key FOR EACH ROW EXECUTE FUNCTION speak_for_own_kind();
--> statement-breakpoint
ALTER TABLE sealing_key ENABLE ALWAYS TRIGGER speak_for_own_kind;
--> statement-breakpoint
CALL keep_forever('sealing_key');
--> statement-breakpoint
CALL keep_by_organization('sealing_key');
--> statement-breakpoint

-- For the worker of a kind: environments of that kind, whoever they belong to, that lack a key.
CREATE FUNCTION environments_without_key(wanted text, most integer) RETURNS TABLE (organization uuid, environment uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT environment.organization, environment.id FROM environment
  WHERE 'worker_' || environment.kind = session_user AND NOT EXISTS (
    SELECT FROM sealing_key WHERE sealing_key.organization = environment.organization
      AND sealing_key.environment = environment.id AND sealing_key.kid = wanted) LIMIT most
$$;
--> statement-breakpoint
GRANT SELECT ON environment, sealing_key TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('environments_without_key(text, integer)');
--> statement-breakpoint

-- Sealed values of an act in production, until it has been carried out. Only the view shows them, to production's worker.
CREATE TABLE production_command_secret (
  organization uuid NOT NULL,
  production_command uuid NOT NULL,
  pointer text NOT NULL CHECK (pointer ~ '^/' AND length(pointer) <= 500),
  kid text NOT NULL CHECK (kid ~ '^[0-9a-f]{32}$'),
  sealed text NOT NULL CHECK (length(sealed) <= 100000 AND sealed ~ '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$'),
  PRIMARY KEY (organization, production_command, pointer),
  FOREIGN KEY (organization, production_command) REFERENCES production_command (organization, id)
);
--> statement-breakpoint
CALL keep_by_organization('production_command_secret');
--> statement-breakpoint
CREATE VIEW authorized_secret WITH (security_barrier) AS
  SELECT secret.organization, secret.production_command, secret.pointer, secret.kid, secret.sealed
  FROM production_command_secret AS secret
  JOIN authorized_production_command AS granted
    ON granted.organization = secret.organization AND granted.id = secret.production_command
  WHERE secret.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
--> statement-breakpoint

-- Which environment was ever given a secret, by a keyed fingerprint of it.
CREATE TABLE secret_fingerprint (
  organization uuid NOT NULL,
  fingerprint digest NOT NULL,
  environment uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, fingerprint, environment),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id)
);
--> statement-breakpoint

-- Two environments that are given one secret at once wait here for each other, so that the second sees the first.
CREATE FUNCTION refuse_reused_credential() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organization || encode(NEW.fingerprint, 'hex'), 0));
  IF EXISTS (SELECT FROM environment WHERE environment.organization = NEW.organization
      AND environment.id = NEW.environment AND environment.kind = 'production')
     AND EXISTS (SELECT FROM secret_fingerprint AS held WHERE held.organization = NEW.organization
      AND held.fingerprint = NEW.fingerprint AND held.environment <> NEW.environment) THEN
    RAISE EXCEPTION 'another environment has held this secret'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_reused';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_reused_credential BEFORE INSERT ON secret_fingerprint
  FOR EACH ROW EXECUTE FUNCTION refuse_reused_credential();
--> statement-breakpoint
ALTER TABLE secret_fingerprint ENABLE ALWAYS TRIGGER refuse_reused_credential;
--> statement-breakpoint
CALL keep_forever('secret_fingerprint');
--> statement-breakpoint
CALL keep_by_organization('secret_fingerprint');
--> statement-breakpoint

-- Erasing a version's bytes takes two people: one proposes, another confirms.
CREATE TABLE erasure_proposal (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  environment uuid NOT NULL,
  digest digest NOT NULL,
  proposed_by uuid NOT NULL,
  reason_text uuid NOT NULL,
  proposed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, asset, version),
  UNIQUE (organization, asset, version, digest, proposed_by),
  FOREIGN KEY (organization, environment) REFERENCES environment (organization, id),
  FOREIGN KEY (organization, proposed_by) REFERENCES person (organization, id),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id)
);
--> statement-breakpoint
CREATE TABLE erasure_confirmation (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  version integer NOT NULL,
  digest digest NOT NULL,
  proposed_by uuid NOT NULL,
  confirmed_by uuid NOT NULL,
  reason_text uuid NOT NULL,
  confirmed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, asset, version),
  FOREIGN KEY (organization, asset, version, digest, proposed_by)
    REFERENCES erasure_proposal (organization, asset, version, digest, proposed_by),
  FOREIGN KEY (organization, confirmed_by) REFERENCES person (organization, id),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id),
  CONSTRAINT erasure_takes_two_people CHECK (proposed_by <> confirmed_by)
);
--> statement-breakpoint
CREATE INDEX erasure_confirmation_digest ON erasure_confirmation (organization, digest);
--> statement-breakpoint
CREATE INDEX promotion_item_rendered ON promotion_item (organization, rendered_digest);
--> statement-breakpoint
CREATE INDEX promotion_item_source_digest ON promotion_item (organization, source_digest);
--> statement-breakpoint
CALL keep_forever('erasure_proposal', 'erasure_confirmation');
--> statement-breakpoint
CALL keep_by_organization('erasure_proposal', 'erasure_confirmation');
--> statement-breakpoint

-- What two people want erased, and what was rendered from it. A blank row refuses the bytes before they ever came.
CREATE OR REPLACE FUNCTION blank_content_only() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  confirmed boolean;
BEGIN
  IF TG_OP = 'INSERT' AND NEW.bytes IS NOT NULL THEN RETURN NEW; END IF;
  IF TG_OP = 'DELETE' OR NEW.bytes IS NOT NULL
     OR TG_OP = 'UPDATE' AND (NEW.organization <> OLD.organization OR NEW.digest <> OLD.digest) THEN
    RAISE EXCEPTION 'content comes with its bytes and may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  confirmed := EXISTS (SELECT FROM erasure_confirmation AS confirmation
    WHERE confirmation.organization = NEW.organization AND (confirmation.digest = NEW.digest OR EXISTS (
      SELECT FROM promotion_item AS item WHERE item.organization = NEW.organization
        AND item.rendered_digest = NEW.digest AND item.source_digest = confirmation.digest)));
  IF TG_OP = 'INSERT' AND NOT confirmed THEN
    RAISE EXCEPTION 'content comes with its bytes and may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' AND NOT confirmed AND OLD.bytes IS NOT NULL
     AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION 'content is erased only by two people' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE VIEW authorized_erasure WITH (security_barrier) AS
  SELECT granted.organization, granted.id AS production_command, confirmation.proposed_by, confirmation.confirmed_by
  FROM authorized_production_command AS granted
  JOIN erasure_confirmation AS confirmation ON confirmation.organization = granted.organization
    AND confirmation.asset = granted.asset AND confirmation.version = granted.erased_version
    AND confirmation.digest = granted.erased_digest
  WHERE granted.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
