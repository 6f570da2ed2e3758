-- What checks outside said about a revision before its plan was drafted, and the keys by which they know who asks.

-- Public halves. Control's worker derives a pair for each organization and publishes it; the newest one is in use, and one
-- that was replaced never is again. `public_key` is as Standard Webhooks write one down.
CREATE TABLE check_key (
  organization uuid NOT NULL REFERENCES organization (organization),
  kid text NOT NULL CHECK (kid ~ '^[0-9a-f]{32}$'),
  public_key text NOT NULL CHECK (public_key ~ '^whpk_[A-Za-z0-9+/]{43}=$'),
  published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, kid)
);
--> statement-breakpoint

-- One answer for each check of a rule and revision, whatever came of asking. `outcome` is canonical JSON.
CREATE TABLE check_answer (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  rule integer NOT NULL CHECK (rule >= 1),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  outcome bytea NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision, rule, name),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id),
  CONSTRAINT check_answer_says_one_thing CHECK (octet_length(outcome) <= 262144
    AND CASE WHEN convert_from(outcome, 'UTF8') IS JSON OBJECT WITH UNIQUE KEYS THEN
      CASE convert_from(outcome, 'UTF8')::jsonb ->> 'kind'
        WHEN 'answered' THEN jsonb_typeof(convert_from(outcome, 'UTF8')::jsonb -> 'findings') IS NOT DISTINCT FROM 'array'
        WHEN 'unanswered' THEN jsonb_typeof(convert_from(outcome, 'UTF8')::jsonb -> 'detail') IS NOT DISTINCT FROM 'string'
        ELSE false END
      ELSE false END)
);
--> statement-breakpoint

-- The checks that a rule of the policy names which a promotion is routed by.
CREATE FUNCTION checks_of_rule(promoting_organization uuid, promoting uuid, place integer) RETURNS TABLE (name text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT wanted ->> 'name'
  FROM jsonb_array_elements(rule_of_promotion(promoting_organization, promoting, place) -> 'checks') AS wanted
$$;
--> statement-breakpoint

-- An answer is one of a check that the policy names, about a revision that somebody asked for, and comes before its plan:
-- whatever comes later could not be in what people sign. The promotion stays locked, so that no plan is drafted meanwhile.
CREATE FUNCTION answer_before_the_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion FOR UPDATE;
  IF NOT EXISTS (SELECT FROM checks_of_rule(NEW.organization, NEW.promotion, NEW.rule) AS wanted
      WHERE wanted.name = NEW.name) THEN
    RAISE EXCEPTION 'the policy names no such check'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'check_answer_of_a_named_check';
  END IF;
  IF NOT EXISTS (SELECT FROM promotion_pin AS pin WHERE pin.organization = NEW.organization
      AND pin.promotion = NEW.promotion AND pin.revision = NEW.revision) THEN
    RAISE EXCEPTION 'nobody asked for this revision'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'check_answer_of_an_asked_revision';
  END IF;
  IF EXISTS (SELECT FROM plan_draft AS draft WHERE draft.organization = NEW.organization
      AND draft.promotion = NEW.promotion AND draft.revision = NEW.revision) THEN
    RAISE EXCEPTION 'an answer comes before the plan that rests on it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'check_answer_before_the_plan';
  END IF;
  NEW.answered_at := clock_timestamp();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER answer_before_the_plan BEFORE INSERT ON check_answer
  FOR EACH ROW EXECUTE FUNCTION answer_before_the_plan();
--> statement-breakpoint
ALTER TABLE check_answer ENABLE ALWAYS TRIGGER answer_before_the_plan;
--> statement-breakpoint

-- A plan that goes to people rests on every check of its rule: each answered, and none of the answers a blocker.
CREATE FUNCTION rest_on_answered_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  planned constant jsonb := convert_from(NEW.plan, 'UTF8')::jsonb;
BEGIN
  IF planned -> 'findings' @> '[{"severity": "blocker"}]' THEN RETURN NEW; END IF;
  IF EXISTS (SELECT FROM checks_of_rule(NEW.organization, NEW.promotion, (planned #>> '{policy,rule}')::integer) AS wanted
      LEFT JOIN check_answer AS given ON given.organization = NEW.organization AND given.promotion = NEW.promotion
        AND given.revision = NEW.revision AND given.rule = (planned #>> '{policy,rule}')::integer
        AND given.name = wanted.name
      WHERE (convert_from(given.outcome, 'UTF8')::jsonb ->> 'kind') IS DISTINCT FROM 'answered'
         OR convert_from(given.outcome, 'UTF8')::jsonb -> 'findings' @> '[{"severity": "blocker"}]') THEN
    RAISE EXCEPTION 'a plan rests on what every check of its rule answered'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_rests_on_answered_checks';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER rest_on_answered_checks BEFORE INSERT ON promotion_revision
  FOR EACH ROW EXECUTE FUNCTION rest_on_answered_checks();
--> statement-breakpoint
ALTER TABLE promotion_revision ENABLE ALWAYS TRIGGER rest_on_answered_checks;
--> statement-breakpoint
CALL keep_forever('check_key', 'check_answer');
--> statement-breakpoint
CALL keep_by_organization('check_key', 'check_answer');
--> statement-breakpoint

-- For control's worker: organizations, whoever they belong to, that lack a key.
CREATE FUNCTION organizations_without_check_key(wanted text, most integer) RETURNS TABLE (organization uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organization.organization FROM organization WHERE NOT EXISTS (
    SELECT FROM check_key WHERE check_key.organization = organization.organization AND check_key.kid = wanted) LIMIT most
$$;
--> statement-breakpoint
GRANT SELECT ON organization, check_key TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('organizations_without_check_key(text, integer)');
