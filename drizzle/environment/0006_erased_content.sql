-- A version is written of content that stands here. Erased content does not come back, by whatever way.

CREATE FUNCTION refuse_erased_content() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM content WHERE content.organization = NEW.organization AND content.digest = NEW.digest
      AND content.bytes IS NULL) THEN
    RAISE EXCEPTION 'the content of this version was erased'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'content_stands';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_erased_content BEFORE INSERT ON asset_version
  FOR EACH ROW EXECUTE FUNCTION refuse_erased_content();
--> statement-breakpoint
ALTER TABLE asset_version ENABLE ALWAYS TRIGGER refuse_erased_content;
