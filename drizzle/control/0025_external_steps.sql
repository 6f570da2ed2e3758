-- Steps that wait for the signed verdict of another system. Such a verdict stands beside people and for none of them: it is
-- no decision, and no number of decisions is lowered by it.

-- The key stands in the step, and with it in the plan that people sign; `match_the_plan` holds both to the policy. It is
-- empty, and not null, where people sign, since verdicts refer to it.
ALTER TABLE promotion_step
  ADD COLUMN public_key text NOT NULL DEFAULT '',
  ADD CONSTRAINT step_is_of_people_or_of_a_system CHECK (CASE kind
    WHEN 'external' THEN public_key ~ '^[A-Za-z0-9_-]{43}$' AND required = 1 AND cardinality(groups) = 0
      AND cardinality(people) = 0 AND cardinality(at_least_one_of) = 0
    ELSE public_key = '' END),
  ADD CONSTRAINT step_as_judged UNIQUE (organization, promotion, revision, position, kind, public_key);
--> statement-breakpoint

-- A system is known by its key and by nothing that people are known by.
CREATE FUNCTION wait_for_known_systems() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM jsonb_path_query(convert_from(NEW.document, 'UTF8')::jsonb, '$.rules[*].steps[*]') AS step
      WHERE coalesce(step ->> 'kind' = 'external', false) <> (step ? 'publicKey')
        OR step ->> 'kind' = 'external' AND (step - ARRAY['name', 'kind', 'publicKey'] <> '{}'::jsonb
          OR step ->> 'publicKey' !~ '^[A-Za-z0-9_-]{43}$')) THEN
    RAISE EXCEPTION 'an external step names the key of its system, and nobody'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_waits_for_known_systems';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER policy_waits_for_known_systems BEFORE INSERT ON policy
  FOR EACH ROW EXECUTE FUNCTION wait_for_known_systems();
--> statement-breakpoint
CREATE TRIGGER policy_waits_for_known_systems BEFORE INSERT ON policy_proposal
  FOR EACH ROW EXECUTE FUNCTION wait_for_known_systems();
--> statement-breakpoint
ALTER TABLE policy ENABLE ALWAYS TRIGGER policy_waits_for_known_systems;
--> statement-breakpoint
ALTER TABLE policy_proposal ENABLE ALWAYS TRIGGER policy_waits_for_known_systems;
--> statement-breakpoint

-- What was delivered, as the API stores it before anything acts on it: the signed bytes, to be verified by whoever reads
-- them. Only the API inserts here, and only control's worker inserts what counts: it takes both to make up a verdict.
CREATE TABLE verdict_envelope (
  organization uuid NOT NULL,
  digest digest NOT NULL,
  envelope bytea NOT NULL CONSTRAINT verdict_envelope_is_short CHECK (octet_length(envelope) <= 16384),
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, digest),
  CONSTRAINT verdict_envelope_is_its_digest CHECK (sha256(envelope) = digest)
);
--> statement-breakpoint

-- The one verdict on a step of one plan, with the key that it was verified by: the plan's own.
CREATE TABLE external_verdict (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  step integer NOT NULL,
  kind text NOT NULL DEFAULT 'external' CHECK (kind = 'external'),
  public_key text NOT NULL,
  plan_digest digest NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('approved', 'rejected')),
  envelope digest NOT NULL,
  command uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision, step),
  UNIQUE (organization, command),
  FOREIGN KEY (organization, promotion, revision, plan_digest)
    REFERENCES promotion_revision (organization, promotion, revision, plan_digest),
  FOREIGN KEY (organization, promotion, revision, step, kind, public_key)
    REFERENCES promotion_step (organization, promotion, revision, position, kind, public_key),
  FOREIGN KEY (organization, envelope) REFERENCES verdict_envelope (organization, digest),
  FOREIGN KEY (organization, command) REFERENCES command (organization, id)
);
--> statement-breakpoint

-- A verdict says what its envelope says, of this step and this plan, and was asked to be heard by a command. SQL verifies no
-- signature: that is done twice above, and by everybody who reads the envelope.
CREATE FUNCTION say_what_was_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  envelope text;
  payload text;
BEGIN
  CALL require_read_committed();
  PERFORM FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion FOR UPDATE;
  IF NOT EXISTS (SELECT FROM command WHERE command.organization = NEW.organization AND command.id = NEW.command
      AND command.stream_kind = 'promotion' AND command.stream = NEW.promotion AND command.kind = 'deliver-verdict'
      AND convert_from(command.arguments, 'UTF8')::jsonb ->> 'envelope' = encode(NEW.envelope, 'hex')) THEN
    RAISE EXCEPTION 'a verdict rests on the command that delivered it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'verdict_rests_on_its_command';
  END IF;
  IF EXISTS (SELECT FROM "authorization" AS authorized WHERE authorized.organization = NEW.organization
      AND authorized.promotion = NEW.promotion AND authorized.revision = NEW.revision) THEN
    RAISE EXCEPTION 'this revision is authorized already'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'no_verdict_after_authorization';
  END IF;
  IF EXISTS (SELECT FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion
      AND promotion.expires_at < clock_timestamp()) THEN
    RAISE EXCEPTION 'the time to decide is over'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'no_verdict_after_expiry';
  END IF;
  SELECT convert_from(stored.envelope, 'UTF8') INTO envelope FROM verdict_envelope AS stored
    WHERE stored.organization = NEW.organization AND stored.digest = NEW.envelope;
  IF envelope IS JSON OBJECT WITH UNIQUE KEYS THEN
    payload := convert_from(decode(envelope::jsonb ->> 'payload', 'base64'), 'UTF8');
  END IF;
  IF payload IS NULL OR NOT payload IS JSON OBJECT WITH UNIQUE KEYS
     OR envelope::jsonb ->> 'payloadType' IS DISTINCT FROM 'application/vnd.countersign.verdict+json'
     OR payload::jsonb -> 'promotion' IS DISTINCT FROM to_jsonb(NEW.promotion::text)
     OR payload::jsonb -> 'revision' IS DISTINCT FROM to_jsonb(NEW.revision)
     OR payload::jsonb -> 'step' IS DISTINCT FROM to_jsonb(NEW.step)
     OR payload::jsonb -> 'planDigest' IS DISTINCT FROM to_jsonb(encode(NEW.plan_digest, 'hex'))
     OR payload::jsonb -> 'verdict' IS DISTINCT FROM to_jsonb(NEW.verdict) THEN
    RAISE EXCEPTION 'this is not what was signed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'verdict_says_what_was_signed';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER say_what_was_signed BEFORE INSERT ON external_verdict
  FOR EACH ROW EXECUTE FUNCTION say_what_was_signed();
--> statement-breakpoint
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON external_verdict
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint
ALTER TABLE external_verdict ENABLE ALWAYS TRIGGER say_what_was_signed, ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint
CALL keep_forever('verdict_envelope', 'external_verdict');
--> statement-breakpoint
CALL keep_by_organization('verdict_envelope', 'external_verdict');
--> statement-breakpoint

-- Nobody signs in a system's place. An override stands in for everything that waits, and may be given while one does.
CREATE FUNCTION leave_it_to_the_system() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM promotion_step AS step WHERE step.organization = NEW.organization
      AND step.promotion = NEW.promotion AND step.revision = NEW.revision AND step.position = NEW.step
      AND step.kind = 'external') THEN
    RAISE EXCEPTION 'an external step is judged by its system alone'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_signs_an_external_step';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER leave_it_to_the_system BEFORE INSERT ON decision
  FOR EACH ROW WHEN (NEW.verdict <> 'override') EXECUTE FUNCTION leave_it_to_the_system();
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER leave_it_to_the_system;
--> statement-breakpoint

-- As before, with the key of an external step in the plan, in its row and in the policy alike.
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
      || CASE kind WHEN 'external' THEN jsonb_build_object('publicKey', public_key) ELSE '{}' END
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
        'required', CASE step ->> 'kind' WHEN 'external' THEN '1' ELSE step -> 'approvals' END,
        'groups', sorted_texts(step -> 'groups'),
        'people', sorted_texts(step -> 'people'), 'atLeastOneOf', sorted_texts(step -> 'atLeastOneOf'))
        || CASE step ->> 'kind' WHEN 'external' THEN jsonb_build_object('publicKey', step -> 'publicKey') ELSE '{}' END
        ORDER BY place)
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
--> statement-breakpoint

-- As before; and by a quorum, with the approval of every system that the plan names. A rejected verdict stands in the way of
-- an override, too, as a person's rejection does.
CREATE OR REPLACE FUNCTION require_the_quorum() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  of_revision promotion_revision;
  overall bigint;
BEGIN
  CALL require_read_committed();
  PERFORM FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion FOR UPDATE;
  SELECT * INTO STRICT of_revision FROM promotion_revision AS planned WHERE planned.organization = NEW.organization
    AND planned.promotion = NEW.promotion AND planned.revision = NEW.revision;
  IF EXISTS (SELECT FROM promotion_revision AS newer WHERE newer.organization = NEW.organization
      AND newer.promotion = NEW.promotion AND newer.revision > NEW.revision)
     OR EXISTS (SELECT FROM "authorization" AS earlier WHERE earlier.organization = NEW.organization
      AND earlier.promotion = NEW.promotion)
     OR EXISTS (SELECT FROM decision AS against WHERE against.organization = NEW.organization
      AND against.promotion = NEW.promotion AND against.revision = NEW.revision AND against.withdrawn_at IS NULL
      AND against.verdict IN ('reject', 'request-changes'))
     OR EXISTS (SELECT FROM external_verdict AS against WHERE against.organization = NEW.organization
      AND against.promotion = NEW.promotion AND against.revision = NEW.revision AND against.verdict = 'rejected')
     OR EXISTS (SELECT FROM jsonb_array_elements(convert_from(of_revision.plan, 'UTF8')::jsonb -> 'findings') AS finding
       WHERE finding ->> 'severity' = 'blocker') THEN
    RAISE EXCEPTION 'an older plan, a second one, or one that is blocked or declined, is never authorized'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_a_clear_plan';
  END IF;
  PERFORM FROM person WHERE person.organization = NEW.organization AND person.id IN (
    SELECT decision.person FROM decision WHERE decision.organization = NEW.organization
      AND decision.promotion = NEW.promotion AND decision.revision = NEW.revision) FOR SHARE;

  IF NEW.kind = 'override' THEN
    SELECT CASE WHEN bool_and(person.active) THEN count(*) ELSE 0 END INTO overall FROM decision JOIN person
      ON person.organization = decision.organization AND person.id = decision.person
      WHERE decision.organization = NEW.organization AND decision.promotion = NEW.promotion
        AND decision.revision = NEW.revision AND decision.plan_digest = NEW.plan_digest
        AND decision.verdict = 'override' AND decision.withdrawn_at IS NULL;
    IF overall <> 1 THEN
      RAISE EXCEPTION 'an override rests on exactly one person'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_its_override';
    END IF;
    RETURN NEW;
  END IF;

  SELECT count(DISTINCT decision.person) INTO overall FROM decision JOIN person
    ON person.organization = decision.organization AND person.id = decision.person AND person.active
    JOIN promotion_step AS step ON step.organization = decision.organization AND step.promotion = decision.promotion
      AND step.revision = decision.revision AND step.position = decision.step AND step.kind <> 'external'
    WHERE decision.organization = NEW.organization AND decision.promotion = NEW.promotion
      AND decision.revision = NEW.revision AND decision.plan_digest = NEW.plan_digest
      AND decision.verdict = 'approve' AND decision.withdrawn_at IS NULL;
  IF overall < of_revision.required_decisions OR EXISTS (
      SELECT FROM promotion_step AS step WHERE step.organization = NEW.organization
        AND step.promotion = NEW.promotion AND step.revision = NEW.revision AND step.kind <> 'external'
        AND step.required > (
          SELECT count(DISTINCT decision.person) FROM decision JOIN person
            ON person.organization = decision.organization AND person.id = decision.person AND person.active
          WHERE decision.organization = step.organization AND decision.promotion = step.promotion
            AND decision.revision = step.revision AND decision.step = step.position
            AND decision.plan_digest = NEW.plan_digest AND decision.verdict = 'approve'
            AND decision.withdrawn_at IS NULL)) THEN
    RAISE EXCEPTION 'the plan has not been approved by as many people as it names'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_its_quorum';
  END IF;
  IF EXISTS (SELECT FROM promotion_step AS step WHERE step.organization = NEW.organization
      AND step.promotion = NEW.promotion AND step.revision = NEW.revision AND step.kind = 'external'
      AND NOT EXISTS (SELECT FROM external_verdict AS given WHERE given.organization = step.organization
        AND given.promotion = step.promotion AND given.revision = step.revision AND given.step = step.position
        AND given.plan_digest = NEW.plan_digest AND given.verdict = 'approved')) THEN
    RAISE EXCEPTION 'a system that the plan names has not approved it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_its_verdicts';
  END IF;
  RETURN NEW;
END $$;
