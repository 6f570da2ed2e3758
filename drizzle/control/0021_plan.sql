-- Plans of the second format: steps that name people, which rule of the policy applies, and whether one person may serve
-- several steps.

ALTER TABLE promotion_step
  ADD COLUMN people uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN at_least_one_of text[] NOT NULL DEFAULT '{}';
--> statement-breakpoint
ALTER TABLE promotion_snapshot ADD COLUMN written_at timestamptz NOT NULL DEFAULT now();
--> statement-breakpoint

-- Each further revision of a promotion: who asked for it, and what for. Recording it is what makes them a contributor.
CREATE TABLE promotion_resubmission (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL CHECK (revision >= 2),
  person uuid NOT NULL,
  command uuid NOT NULL,
  request digest NOT NULL,
  reason_text uuid NOT NULL,
  resubmitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id),
  FOREIGN KEY (organization, command, person) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, request) REFERENCES content (organization, digest),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id)
);
--> statement-breakpoint
CALL keep_forever('promotion_resubmission');
--> statement-breakpoint
CALL keep_by_organization('promotion_resubmission');
--> statement-breakpoint

-- A resubmission rests on the person's own command to this very promotion, and what a revision pins on its resubmission.
CREATE FUNCTION rest_on_a_resubmission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'promotion_resubmission' THEN
    IF NOT EXISTS (SELECT FROM command WHERE command.organization = NEW.organization AND command.id = NEW.command
        AND command.stream_kind = 'promotion' AND command.stream = NEW.promotion AND command.kind = 'resubmit') THEN
      RAISE EXCEPTION 'a resubmission rests on what a person asked of this promotion'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'resubmission_rests_on_its_command';
    END IF;
  ELSIF NEW.revision > 1 AND NOT EXISTS (SELECT FROM promotion_resubmission AS again
      WHERE again.organization = NEW.organization AND again.promotion = NEW.promotion AND again.revision = NEW.revision)
  THEN
    RAISE EXCEPTION 'a further revision pins what was resubmitted'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'pin_rests_on_its_resubmission';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER rest_on_a_resubmission BEFORE INSERT ON promotion_resubmission
  FOR EACH ROW EXECUTE FUNCTION rest_on_a_resubmission();
--> statement-breakpoint
CREATE TRIGGER rest_on_a_resubmission BEFORE INSERT ON promotion_pin
  FOR EACH ROW EXECUTE FUNCTION rest_on_a_resubmission();
--> statement-breakpoint
ALTER TABLE promotion_resubmission ENABLE ALWAYS TRIGGER rest_on_a_resubmission;
--> statement-breakpoint
ALTER TABLE promotion_pin ENABLE ALWAYS TRIGGER rest_on_a_resubmission;
--> statement-breakpoint

-- Drafts, and what keeps an approved promotion from landing.
ALTER TABLE promotion
  ADD COLUMN draft boolean NOT NULL DEFAULT false,
  ADD COLUMN not_before timestamptz,
  ADD COLUMN opens_at timestamptz,
  ADD COLUMN hindrances text[] NOT NULL DEFAULT '{}'
    CHECK (hindrances <@ ARRAY['not-before', 'window', 'freeze', 'organization-freeze']),
  ADD COLUMN risk text CHECK (risk IN ('low', 'moderate', 'high')),
  -- The stand-in group, once it was asked too.
  ADD COLUMN escalated_to text,
  DROP CONSTRAINT promotion_state_check,
  ADD CONSTRAINT promotion_state_check CHECK (state IN ('draft', 'requested', 'preflight', 'in_review',
    'awaiting_approval', 'approved', 'scheduled', 'promoting', 'promoted', 'changes_requested', 'rejected', 'withdrawn',
    'expired', 'compensating', 'failed', 'compensation_stuck'));
--> statement-breakpoint
CREATE OR REPLACE TRIGGER keep_the_request BEFORE UPDATE ON promotion FOR EACH ROW
  EXECUTE FUNCTION keep_the_request('{state,revision,step,plan_digest,expires_at,failure,updated_at,not_before,opens_at,hindrances,risk,escalated_to}');
--> statement-breakpoint
ALTER TABLE promotion ENABLE ALWAYS TRIGGER keep_the_request;
--> statement-breakpoint

-- What waits for people is found among what is open, however much has ended.
CREATE INDEX promotion_waiting ON promotion (organization, id)
  WHERE state IN ('in_review', 'awaiting_approval', 'changes_requested', 'approved', 'scheduled');
--> statement-breakpoint

CREATE INDEX rollout_waiting ON rollout (organization, id) WHERE state = 'pending_activation';
--> statement-breakpoint

-- Who asks says whether it is a draft; where a promotion stands only its story says.
CREATE FUNCTION begin_the_promotion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.state := CASE WHEN NEW.draft THEN 'draft' ELSE 'requested' END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER begin_the_promotion BEFORE INSERT ON promotion FOR EACH ROW EXECUTE FUNCTION begin_the_promotion();
--> statement-breakpoint
ALTER TABLE promotion ENABLE ALWAYS TRIGGER begin_the_promotion;
--> statement-breakpoint

-- A sorted copy of a JSON list of texts, as plans have it; an empty one where the list is absent.
CREATE FUNCTION sorted_texts(list jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT name COLLATE "C" ORDER BY name COLLATE "C"), '[]')
  FROM jsonb_array_elements_text(coalesce(list, '[]')) AS name
$$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION match_the_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked constant promotion := (SELECT promotion FROM promotion
    WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion);
  of_revision constant promotion_revision := (SELECT promotion_revision FROM promotion_revision
    WHERE promotion_revision.organization = NEW.organization AND promotion_revision.promotion = NEW.promotion
      AND promotion_revision.revision = NEW.revision);
  plan constant jsonb := convert_from(of_revision.plan, 'UTF8')::jsonb;
  rule constant jsonb := (SELECT convert_from(policy.document, 'UTF8')::jsonb #> ARRAY['rules',
      ((plan #>> '{policy,rule}')::integer - 1)::text]
    FROM policy WHERE policy.organization = NEW.organization AND policy.environment = asked.destination_environment
      AND policy.version = asked.policy_version AND (plan #>> '{policy,rule}')::integer >= 1);
  several constant boolean := coalesce((rule ->> 'severalSteps')::boolean, false);
  items jsonb;
  steps jsonb;
  required integer;
  contributors uuid[];
BEGIN
  SELECT coalesce(jsonb_agg(jsonb_build_object('position', position, 'type', type, 'name', name, 'action', action,
      'source', jsonb_build_object('asset', source_asset, 'version', source_version, 'digest', encode(source_digest, 'hex')),
      'target', jsonb_build_object('asset', target_asset, 'baseline', CASE WHEN baseline_version = 0 THEN 'null'::jsonb
        ELSE jsonb_build_object('version', baseline_version, 'digest', encode(baseline_digest, 'hex')) END),
      'digest', encode(rendered_digest, 'hex')) ORDER BY position), '[]') INTO items
    FROM promotion_item AS item WHERE item.organization = NEW.organization AND item.promotion = NEW.promotion
      AND item.revision = NEW.revision;
  SELECT coalesce(jsonb_agg(jsonb_build_object('position', position, 'name', name, 'kind', kind, 'required', step.required,
      'groups', to_jsonb(groups), 'people', to_jsonb(people), 'atLeastOneOf', to_jsonb(at_least_one_of))
      ORDER BY position), '[]'),
      CASE WHEN several THEN max(step.required) FILTER (WHERE kind <> 'external')
        ELSE sum(step.required) FILTER (WHERE kind <> 'external') END
    INTO steps, required
    FROM promotion_step AS step WHERE step.organization = NEW.organization AND step.promotion = NEW.promotion
      AND step.revision = NEW.revision;
  SELECT array_agg(DISTINCT whoever ORDER BY whoever) INTO contributors FROM (
    SELECT asked.requester AS whoever
    UNION ALL SELECT again.person FROM promotion_resubmission AS again WHERE again.organization = NEW.organization
      AND again.promotion = NEW.promotion AND again.revision <= NEW.revision
    UNION ALL SELECT unnest(snapshot.editors) FROM promotion_snapshot AS snapshot
      WHERE snapshot.organization = NEW.organization AND snapshot.promotion = NEW.promotion
        AND snapshot.revision = NEW.revision) AS everybody;

  -- A member given twice reads differently to different readers, so nobody could say what was signed.
  IF NOT convert_from(of_revision.plan, 'UTF8') IS JSON OBJECT WITH UNIQUE KEYS
     OR plan ->> 'format' IS DISTINCT FROM 'countersign/plan/2'
     OR plan ->> 'organization' IS DISTINCT FROM NEW.organization::text
     OR plan ->> 'promotion' IS DISTINCT FROM NEW.promotion::text
     OR (plan ->> 'revision')::integer IS DISTINCT FROM NEW.revision
     OR plan #>> '{source,environment}' IS DISTINCT FROM asked.source_environment::text
     OR plan #>> '{destination,environment}' IS DISTINCT FROM asked.destination_environment::text
     OR (plan #>> '{policy,version}')::integer IS DISTINCT FROM asked.policy_version
     OR plan ->> 'requester' IS DISTINCT FROM asked.requester::text THEN
    RAISE EXCEPTION 'the plan speaks of another promotion'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_matches_promotion';
  END IF;
  -- What else a plan says of its items, bindings and adoption, follows from these and from what was asked.
  IF (SELECT jsonb_agg(item - 'bindings' - 'adopted' ORDER BY place) FROM jsonb_array_elements(plan -> 'items')
        WITH ORDINALITY AS listed(item, place)) IS DISTINCT FROM items THEN
    RAISE EXCEPTION 'the items are not those of the plan'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'items_match_plan';
  END IF;
  IF plan -> 'steps' IS DISTINCT FROM steps OR of_revision.required_decisions IS DISTINCT FROM required THEN
    RAISE EXCEPTION 'the steps are not those of the plan'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steps_match_plan';
  END IF;
  IF rule IS NULL OR (plan ->> 'severalSteps')::boolean IS DISTINCT FROM several OR plan -> 'steps' IS DISTINCT FROM (
      SELECT jsonb_agg(jsonb_build_object('position', place, 'name', step -> 'name', 'kind', step -> 'kind',
        'required', step -> 'approvals', 'groups', sorted_texts(step -> 'groups'),
        'people', sorted_texts(step -> 'people'), 'atLeastOneOf', sorted_texts(step -> 'atLeastOneOf')) ORDER BY place)
      FROM jsonb_array_elements(rule -> 'steps') WITH ORDINALITY AS ordered(step, place)) THEN
    RAISE EXCEPTION 'the steps are not those of the rule of the policy'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steps_match_policy';
  END IF;
  IF of_revision.contributors IS DISTINCT FROM contributors
     OR plan -> 'contributors' IS DISTINCT FROM to_jsonb(contributors)
     OR EXISTS (SELECT FROM promotion_pin AS pin WHERE pin.organization = NEW.organization
       AND pin.promotion = NEW.promotion AND pin.revision = NEW.revision AND NOT EXISTS (
         SELECT FROM promotion_snapshot AS snapshot WHERE snapshot.organization = pin.organization
           AND snapshot.promotion = pin.promotion AND snapshot.revision = pin.revision AND snapshot.asset = pin.asset))
  THEN
    RAISE EXCEPTION 'the contributors are the requester, every resubmitter and every editor'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'contributors_are_complete';
  END IF;
  RETURN NULL;
END $$;
