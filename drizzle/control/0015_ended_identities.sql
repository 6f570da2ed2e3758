-- An access token outlives the link that it was believed by. What ended a link is remembered, so that linking the identity
-- again brings back no token that was issued before.

-- Of whom it was there is a digest alone: a row that is kept forever does not say who somebody is elsewhere.
CREATE TABLE ended_identity (
  organization uuid NOT NULL REFERENCES organization (organization),
  issuer text NOT NULL,
  subject_digest digest NOT NULL,
  ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, issuer, subject_digest, ended_at)
);
--> statement-breakpoint
CALL keep_forever('ended_identity');
--> statement-breakpoint
CALL keep_by_organization('ended_identity');
--> statement-breakpoint

-- No link goes without it, whoever removes it: nobody else writes these rows, so that no login chooses their moment, which
-- is after the person's row was locked. The same moment again is remembered already.
CREATE FUNCTION remember_ended_identity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO ended_identity (organization, issuer, subject_digest)
    VALUES (OLD.organization, OLD.issuer, sha256(convert_to(OLD.subject, 'UTF8')))
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER remember_ended_identity AFTER DELETE ON person_identity
  FOR EACH ROW EXECUTE FUNCTION remember_ended_identity();
--> statement-breakpoint
-- A link that becomes another one in its row, or goes with all rows at once, would not be remembered.
CREATE TRIGGER keep_rows BEFORE UPDATE ON person_identity FOR EACH ROW EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON person_identity FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE person_identity ENABLE ALWAYS TRIGGER remember_ended_identity, ENABLE ALWAYS TRIGGER keep_rows,
  ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- Where an identity is linked, in every organization, and what the token became at the door that is asked for: at each
-- organization's own where none is. A key whose environment is another than the one asked for is none.
-- With it goes the moment at which a link of this identity ended last in that organization.
CREATE FUNCTION find_identity(asked_issuer text, asked_subject text, asked_digest bytea, asked_opens uuid)
RETURNS TABLE (organization uuid, person uuid, active boolean, ended_at timestamptz, environment uuid,
               environment_kind text, environment_store text, api_key uuid, expires_at timestamptz,
               revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT person_identity.organization, person_identity.person, person.active,
         (SELECT max(ended_identity.ended_at) FROM ended_identity
          WHERE ended_identity.organization = person_identity.organization
            AND ended_identity.issuer = asked_issuer
            AND ended_identity.subject_digest = sha256(convert_to(asked_subject, 'UTF8'))),
         environment.id, environment.kind, environment.store, api_key.id, api_key.expires_at, api_key.revoked_at
  FROM person_identity
  JOIN person ON person.organization = person_identity.organization AND person.id = person_identity.person
  LEFT JOIN environment ON environment.organization = person_identity.organization AND environment.id = asked_opens
  LEFT JOIN exchanged_token ON exchanged_token.organization = person_identity.organization
    AND exchanged_token.person = person_identity.person AND exchanged_token.token_digest = asked_digest
    AND exchanged_token.opens = coalesce(asked_opens, person_identity.organization)
    AND (exchanged_token.door = 'organization' OR EXISTS (SELECT FROM api_key_environment
      WHERE api_key_environment.organization = exchanged_token.organization
        AND api_key_environment.api_key = exchanged_token.api_key
        AND api_key_environment.environment = exchanged_token.opens))
  LEFT JOIN api_key ON api_key.organization = exchanged_token.organization AND api_key.id = exchanged_token.api_key
  WHERE person_identity.issuer = asked_issuer AND person_identity.subject = asked_subject
$$;
--> statement-breakpoint
GRANT SELECT ON ended_identity TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('find_identity(text, text, bytea, uuid)');
