-- Plans of the second format: steps that name people, which rule of the policy applies, and whether one person may serve
-- several steps.

ALTER TABLE promotion_step
  ADD COLUMN people uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN at_least_one_of text[] NOT NULL DEFAULT '{}';
--> statement-breakpoint
ALTER TABLE promotion_snapshot ADD COLUMN written_at timestamptz NOT NULL DEFAULT now();
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
    UNION ALL SELECT command.person FROM command WHERE command.organization = NEW.organization
      AND command.stream_kind = 'promotion' AND command.stream = NEW.promotion
      AND command.kind IN ('request', 'resubmit')
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
