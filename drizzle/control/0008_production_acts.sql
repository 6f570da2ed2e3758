-- More kinds of acts in production outside a promotion: supplying a secret, restoring a version, erasing one. They write
-- no content, so that none is named by them; each names what it is about instead.
ALTER TABLE production_command
  DROP CONSTRAINT production_command_kind_check,
  DROP CONSTRAINT production_command_organization_content_digest_fkey,
  ALTER COLUMN content_digest DROP NOT NULL,
  ADD COLUMN restored_version integer CHECK (restored_version >= 1),
  ADD COLUMN erased_version integer CHECK (erased_version >= 1),
  ADD COLUMN erased_digest digest,
  ADD CONSTRAINT production_command_kind_check
    CHECK (kind IN ('create-asset', 'write-version', 'supply-secret', 'restore', 'erase')),
  ADD CONSTRAINT production_command_names_its_object CHECK (
    (content_digest IS NOT NULL) = (kind IN ('create-asset', 'write-version'))
    AND (restored_version IS NOT NULL) = (kind = 'restore')
    AND (erased_version IS NOT NULL) = (kind = 'erase')
    AND (erased_digest IS NOT NULL) = (kind = 'erase'));
--> statement-breakpoint

-- Stands for a foreign key, whose columns could not be null. Content is never deleted, so that looking once is enough.
CREATE FUNCTION require_the_content() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NEW.content_digest IS NOT NULL AND NOT EXISTS (SELECT FROM content
      WHERE content.organization = NEW.organization AND content.digest = NEW.content_digest) THEN
    RAISE EXCEPTION 'what is to be written has to be stored first'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'production_command_has_its_content';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER require_the_content BEFORE INSERT ON production_command
  FOR EACH ROW EXECUTE FUNCTION require_the_content();
--> statement-breakpoint
ALTER TABLE production_command ENABLE ALWAYS TRIGGER require_the_content;
--> statement-breakpoint
CREATE OR REPLACE VIEW authorized_production_command WITH (security_barrier) AS
  SELECT asked.organization, asked.id, asked.kind, asked.environment, asked.asset, asked.type, asked.name,
         asked.content_digest, content.bytes, asked.expected_version, asked.person, granted.fence,
         log_entry.index AS grant_index, log_entry.leaf_hash AS grant_leaf_hash,
         asked.restored_version, asked.erased_version, asked.erased_digest
  FROM production_command_grant AS granted
  JOIN production_command AS asked
    ON asked.organization = granted.organization AND asked.id = granted.production_command
  LEFT JOIN content ON content.organization = asked.organization AND content.digest = asked.content_digest
  JOIN log_entry ON log_entry.organization = granted.organization AND log_entry.id = granted.entry
    AND log_entry.subject = 'asset/' || asked.asset AND log_entry.type = 'production-command.authorized'
  WHERE asked.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
