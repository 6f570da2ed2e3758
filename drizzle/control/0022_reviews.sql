-- What becomes of an override afterwards: somebody else looks at it, within the time that the policy names.

-- A story about a decision: its stream carries the decision's id, since a promotion may be overridden once for each plan.
ALTER TABLE stream
  DROP CONSTRAINT stream_kind_check,
  ADD CONSTRAINT stream_kind_check CHECK (kind IN ('promotion', 'rollout', 'production-command', 'review'));
--> statement-breakpoint
ALTER TABLE decision ADD CONSTRAINT decision_as_reviewed
  UNIQUE (organization, id, promotion, revision, person, contributors, verdict);
--> statement-breakpoint

-- The key makes the row speak of an override, by the one who made it, with those who had contributed to its plan.
CREATE TABLE override_review (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  person uuid NOT NULL,
  contributors uuid[] NOT NULL,
  verdict text NOT NULL DEFAULT 'override' CHECK (verdict = 'override'),
  break_glass_group text NOT NULL,
  review_within text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'overdue', 'reviewed')),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, id, person, contributors),
  FOREIGN KEY (organization, id, promotion, revision, person, contributors, verdict)
    REFERENCES decision (organization, id, promotion, revision, person, contributors, verdict)
);
--> statement-breakpoint
CREATE INDEX override_review_promotion ON override_review (organization, promotion);
--> statement-breakpoint
CREATE INDEX override_review_waiting ON override_review (organization, promotion) WHERE state <> 'reviewed';
--> statement-breakpoint
CREATE TRIGGER open_stream AFTER INSERT ON override_review FOR EACH ROW EXECUTE FUNCTION open_stream('review');
--> statement-breakpoint

-- What the reviewer found. The checks hold the second pair of eyes: neither of the one who stood in for the quorum nor of
-- anybody who contributed. The key lets there be one.
CREATE TABLE override_review_outcome (
  organization uuid NOT NULL,
  review uuid NOT NULL,
  overridden_by uuid NOT NULL,
  contributors uuid[] NOT NULL,
  person uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('upheld', 'objected')),
  comment_text uuid NOT NULL,
  command uuid NOT NULL,
  reviewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, review),
  FOREIGN KEY (organization, review, overridden_by, contributors)
    REFERENCES override_review (organization, id, person, contributors),
  FOREIGN KEY (organization, command, person) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  FOREIGN KEY (organization, comment_text) REFERENCES erasable_text (organization, id),
  CONSTRAINT reviewer_is_somebody_else CHECK (person <> overridden_by),
  CONSTRAINT reviewer_contributed_nothing CHECK (person <> ALL (contributors))
);
--> statement-breakpoint

-- Group and time are those of the rule that routed the plan. The deadline is counted by this clock alone, with days of 24
-- hours whatever zone a session has, in the milliseconds that its story knows.
CREATE FUNCTION open_the_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  break_glass constant jsonb := (
    SELECT convert_from(policy.document, 'UTF8')::jsonb #> ARRAY['rules', ((planned.plan #>> '{policy,rule}')::integer - 1)::text,
        'breakGlass']
    FROM (SELECT revised.organization, revised.promotion, convert_from(revised.plan, 'UTF8')::jsonb AS plan
      FROM promotion_revision AS revised WHERE revised.organization = NEW.organization
        AND revised.promotion = NEW.promotion AND revised.revision = NEW.revision) AS planned
    JOIN promotion ON promotion.organization = planned.organization AND promotion.id = planned.promotion
    JOIN policy ON policy.organization = promotion.organization
      AND policy.environment = promotion.destination_environment AND policy.version = promotion.policy_version);
BEGIN
  IF break_glass ->> 'group' IS DISTINCT FROM NEW.break_glass_group
     OR break_glass ->> 'reviewWithin' IS DISTINCT FROM NEW.review_within THEN
    RAISE EXCEPTION 'an override is by the group, and reviewed within the time, that the policy names'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'override_as_the_policy_says';
  END IF;
  NEW.state := 'pending';
  NEW.opened_at := clock_timestamp();
  NEW.due_at := date_trunc('milliseconds', NEW.opened_at + NEW.review_within::interval);
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER open_the_review BEFORE INSERT ON override_review FOR EACH ROW EXECUTE FUNCTION open_the_review();
--> statement-breakpoint

-- Only its state ever changes: overdue once the deadline is past, reviewed once there is an outcome, and back never.
CREATE FUNCTION advance_the_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
    RAISE EXCEPTION 'what is to be reviewed is not changed afterwards' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT (CASE NEW.state
       WHEN 'overdue' THEN OLD.state = 'pending' AND OLD.due_at <= clock_timestamp()
       WHEN 'reviewed' THEN OLD.state <> 'reviewed' AND EXISTS (SELECT FROM override_review_outcome AS found
         WHERE found.organization = OLD.organization AND found.review = OLD.id)
       ELSE false END) THEN
    RAISE EXCEPTION 'a review is overdue after its deadline, and over with its outcome'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_advances_by_what_happened';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER advance_the_review BEFORE UPDATE ON override_review
  FOR EACH ROW EXECUTE FUNCTION advance_the_review();
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE DELETE ON override_review FOR EACH ROW EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON override_review FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint

CREATE FUNCTION rest_on_ones_own_command() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM command WHERE command.organization = NEW.organization AND command.id = NEW.command
      AND command.stream_kind = 'review' AND command.stream = NEW.review AND command.kind = 'review-override'
      AND command.actor = NEW.person) THEN
    RAISE EXCEPTION 'a review rests on what this person asked of it themselves'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_rests_on_its_command';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER rest_on_ones_own_command BEFORE INSERT ON override_review_outcome
  FOR EACH ROW EXECUTE FUNCTION rest_on_ones_own_command();
--> statement-breakpoint
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON override_review_outcome
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint

-- Nobody stands in for the quorum without being reviewed: the row has to be there when the transaction ends.
CREATE FUNCTION require_a_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM override_review AS opened
      WHERE opened.organization = NEW.organization AND opened.id = NEW.id) THEN
    RAISE EXCEPTION 'an override comes with its review'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'override_comes_with_its_review';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER require_a_review AFTER INSERT ON decision DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.verdict = 'override') EXECUTE FUNCTION require_a_review();
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER require_a_review;
--> statement-breakpoint
ALTER TABLE override_review ENABLE ALWAYS TRIGGER open_the_review, ENABLE ALWAYS TRIGGER advance_the_review,
  ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint
ALTER TABLE override_review_outcome ENABLE ALWAYS TRIGGER rest_on_ones_own_command,
  ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint
CALL keep_forever('override_review_outcome');
--> statement-breakpoint
CALL keep_by_organization('override_review', 'override_review_outcome');
