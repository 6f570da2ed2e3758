-- What people say to each other about a promotion, in whatever state it is. No part of its numbered stream: nothing is
-- decided by it.

-- The text stands in the erasable side table, once for each comment. The database alone says when it was written.
CREATE TABLE promotion_comment (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  promotion uuid NOT NULL,
  person uuid NOT NULL,
  actor uuid NOT NULL,
  comment_text uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, comment_text),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  FOREIGN KEY (organization, actor) REFERENCES actor (organization, id),
  FOREIGN KEY (organization, comment_text) REFERENCES erasable_text (organization, id)
);
--> statement-breakpoint
CREATE INDEX promotion_comment_promotion ON promotion_comment (organization, promotion);
--> statement-breakpoint

-- Nobody's words are put into somebody else's mouth: a person writes by themselves, or a service account that is theirs.
CREATE FUNCTION comment_speaks_for_its_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.actor <> NEW.person AND NOT EXISTS (SELECT FROM service_account AS account
      WHERE account.organization = NEW.organization AND account.id = NEW.actor AND account.owner = NEW.person) THEN
    RAISE EXCEPTION 'a comment is by its person, or by a service account of theirs'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_speaks_for_its_person';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER comment_speaks_for_its_person BEFORE INSERT ON promotion_comment
  FOR EACH ROW EXECUTE FUNCTION comment_speaks_for_its_person();
--> statement-breakpoint
ALTER TABLE promotion_comment ENABLE ALWAYS TRIGGER comment_speaks_for_its_person;
--> statement-breakpoint
CALL keep_forever('promotion_comment');
--> statement-breakpoint
CALL keep_by_organization('promotion_comment');
