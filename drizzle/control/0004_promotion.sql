-- A promotion, the bytes it pinned, its plans, who signed them, and four eyes as constraints.

CREATE TABLE promotion (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  source_environment uuid NOT NULL,
  source_kind text NOT NULL DEFAULT 'staging' CHECK (source_kind = 'staging'),
  destination_environment uuid NOT NULL,
  destination_kind text NOT NULL DEFAULT 'production' CHECK (destination_kind = 'production'),
  requester uuid NOT NULL,
  command uuid NOT NULL,
  reason_text uuid NOT NULL,
  request digest NOT NULL,
  policy_version integer NOT NULL,
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'preflight', 'in_review', 'awaiting_approval',
    'approved', 'scheduled', 'promoting', 'promoted', 'changes_requested', 'rejected', 'withdrawn', 'expired',
    'compensating', 'failed', 'compensation_stuck')),
  revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
  step integer NOT NULL DEFAULT 0 CHECK (step >= 0),
  plan_digest digest,
  expires_at timestamptz,
  failure text CHECK (failure ~ '^[a-z][a-z-]*$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, id, requester),
  UNIQUE (organization, id, destination_environment),
  FOREIGN KEY (organization, source_environment, source_kind) REFERENCES environment (organization, id, kind),
  FOREIGN KEY (organization, destination_environment, destination_kind) REFERENCES environment (organization, id, kind),
  FOREIGN KEY (organization, command, requester) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, reason_text) REFERENCES erasable_text (organization, id),
  FOREIGN KEY (organization, request) REFERENCES content (organization, digest),
  FOREIGN KEY (organization, destination_environment, policy_version)
    REFERENCES policy (organization, environment, version)
);
--> statement-breakpoint
CREATE INDEX promotion_newest ON promotion (organization, created_at DESC, id DESC);
--> statement-breakpoint
CREATE TRIGGER open_stream AFTER INSERT ON promotion FOR EACH ROW EXECUTE FUNCTION open_stream('promotion');
--> statement-breakpoint

-- What a revision is about: exact versions with their digests, fixed when it was asked for.
CREATE TABLE promotion_pin (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  asset uuid NOT NULL,
  type text NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  digest digest NOT NULL,
  PRIMARY KEY (organization, promotion, revision, asset),
  UNIQUE (organization, promotion, revision, position),
  UNIQUE (organization, promotion, revision, asset, type, version, digest),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id)
);
--> statement-breakpoint

-- Open-promotion locks: one promotion at a time for a staging asset and a destination, and for a production asset.
CREATE TABLE promotion_source_lock (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  destination_environment uuid NOT NULL,
  promotion uuid NOT NULL,
  PRIMARY KEY (organization, asset, destination_environment),
  FOREIGN KEY (organization, promotion, destination_environment)
    REFERENCES promotion (organization, id, destination_environment)
);
--> statement-breakpoint
CREATE TABLE promotion_target_lock (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  promotion uuid NOT NULL,
  PRIMARY KEY (organization, asset),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id)
);
--> statement-breakpoint

-- Only the source environment's worker inserts: the pinned bytes as staging holds them, and everybody who edited the
-- asset since its last promotion.
CREATE TABLE promotion_snapshot (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  asset uuid NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  digest digest NOT NULL,
  name text NOT NULL,
  editors uuid[] NOT NULL CHECK (cardinality(editors) >= 1 AND array_position(editors, NULL) IS NULL),
  PRIMARY KEY (organization, promotion, revision, asset),
  FOREIGN KEY (organization, promotion, revision, asset, type, version, digest)
    REFERENCES promotion_pin (organization, promotion, revision, asset, type, version, digest),
  FOREIGN KEY (organization, digest) REFERENCES content (organization, digest)
);
--> statement-breakpoint

-- The first stored draft of a revision wins, and with it the ids that it reserved in production.
CREATE TABLE plan_draft (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  plan bytea NOT NULL,
  plan_digest bytea NOT NULL GENERATED ALWAYS AS (sha256(plan)) STORED,
  PRIMARY KEY (organization, promotion, revision),
  FOREIGN KEY (organization, promotion) REFERENCES promotion (organization, id)
);
--> statement-breakpoint

CREATE TABLE promotion_revision (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  plan bytea NOT NULL,
  plan_digest bytea NOT NULL GENERATED ALWAYS AS (sha256(plan)) STORED,
  requester uuid NOT NULL,
  contributors uuid[] NOT NULL CHECK (cardinality(contributors) BETWEEN 1 AND 100
    AND array_position(contributors, NULL) IS NULL AND requester = ANY (contributors)),
  required_decisions integer NOT NULL CHECK (required_decisions >= 1),
  PRIMARY KEY (organization, promotion, revision),
  UNIQUE (organization, promotion, revision, plan_digest),
  UNIQUE (organization, promotion, revision, plan_digest, contributors),
  FOREIGN KEY (organization, promotion, requester) REFERENCES promotion (organization, id, requester)
);
--> statement-breakpoint

CREATE TABLE promotion_item (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  type text NOT NULL,
  name text NOT NULL,
  action text NOT NULL CHECK (action IN ('create', 'update', 'unchanged')),
  source_asset uuid NOT NULL,
  source_version integer NOT NULL,
  source_digest digest NOT NULL,
  target_asset uuid NOT NULL,
  baseline_version integer NOT NULL CHECK (baseline_version >= 0),
  baseline_digest digest CHECK ((baseline_digest IS NULL) = (baseline_version = 0)),
  rendered_digest digest NOT NULL,
  PRIMARY KEY (organization, promotion, revision, position),
  UNIQUE (organization, promotion, revision, target_asset),
  UNIQUE (organization, promotion, revision, position, target_asset),
  UNIQUE (organization, promotion, revision, position, rendered_digest),
  UNIQUE (organization, promotion, revision, position, source_asset, source_version, source_digest),
  FOREIGN KEY (organization, promotion, revision) REFERENCES promotion_revision (organization, promotion, revision),
  FOREIGN KEY (organization, promotion, revision, source_asset, type, source_version, source_digest)
    REFERENCES promotion_pin (organization, promotion, revision, asset, type, version, digest),
  FOREIGN KEY (organization, rendered_digest) REFERENCES content (organization, digest)
);
--> statement-breakpoint

CREATE TABLE promotion_step (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL CHECK (position >= 1),
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('review', 'approval', 'external')),
  required integer NOT NULL CHECK (required >= 1),
  groups text[] NOT NULL,
  PRIMARY KEY (organization, promotion, revision, position),
  FOREIGN KEY (organization, promotion, revision) REFERENCES promotion_revision (organization, promotion, revision)
);
--> statement-breakpoint

-- At commit, the rows that the rules rest on say exactly what the signed plan says, and the contributors are exactly
-- those who asked or edited. `jsonb` is read here, never hashed.
CREATE FUNCTION match_the_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked constant promotion := (SELECT promotion FROM promotion
    WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion);
  of_revision constant promotion_revision := (SELECT promotion_revision FROM promotion_revision
    WHERE promotion_revision.organization = NEW.organization AND promotion_revision.promotion = NEW.promotion
      AND promotion_revision.revision = NEW.revision);
  plan constant jsonb := convert_from(of_revision.plan, 'UTF8')::jsonb;
  items jsonb;
  steps jsonb;
  required bigint;
  contributors uuid[];
BEGIN
  SELECT coalesce(jsonb_agg(jsonb_build_object('position', position, 'type', type, 'name', name, 'action', action,
      'source', jsonb_build_object('asset', source_asset, 'version', source_version,
                                   'digest', encode(source_digest, 'hex')),
      'target', jsonb_build_object('asset', target_asset, 'baseline', CASE WHEN baseline_version = 0 THEN 'null'::jsonb
        ELSE jsonb_build_object('version', baseline_version, 'digest', encode(baseline_digest, 'hex')) END),
      'digest', encode(rendered_digest, 'hex')) ORDER BY position), '[]') INTO items
    FROM promotion_item AS item WHERE item.organization = NEW.organization AND item.promotion = NEW.promotion
      AND item.revision = NEW.revision;
  SELECT coalesce(jsonb_agg(jsonb_build_object('position', position, 'name', name, 'kind', kind, 'required', step.required,
      'groups', to_jsonb(groups)) ORDER BY position), '[]'), sum(step.required) FILTER (WHERE kind <> 'external')
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
     OR plan ->> 'format' IS DISTINCT FROM 'countersign/plan/1'
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
  IF (SELECT jsonb_agg(item - 'bindings' ORDER BY place) FROM jsonb_array_elements(plan -> 'items')
        WITH ORDINALITY AS listed(item, place)) IS DISTINCT FROM items THEN
    RAISE EXCEPTION 'the items are not those of the plan'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'items_match_plan';
  END IF;
  IF plan -> 'steps' IS DISTINCT FROM steps OR of_revision.required_decisions IS DISTINCT FROM required THEN
    RAISE EXCEPTION 'the steps are not those of the plan'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steps_match_plan';
  END IF;
  IF NOT EXISTS (
      SELECT FROM policy, jsonb_array_elements(convert_from(policy.document, 'UTF8')::jsonb -> 'rules') AS rule
      WHERE policy.organization = NEW.organization AND policy.environment = asked.destination_environment
        AND policy.version = asked.policy_version AND plan -> 'steps' = (
          SELECT jsonb_agg(jsonb_build_object('position', place, 'name', step -> 'name', 'kind', step -> 'kind',
            'required', step -> 'approvals', 'groups', (
              SELECT coalesce(jsonb_agg(DISTINCT name COLLATE "C" ORDER BY name COLLATE "C"), '[]')
              FROM jsonb_array_elements_text(coalesce(step -> 'groups', '[]')) AS name)) ORDER BY place)
          FROM jsonb_array_elements(rule -> 'steps') WITH ORDINALITY AS ordered(step, place))) THEN
    RAISE EXCEPTION 'the steps are not those of a rule of the policy'
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
CREATE CONSTRAINT TRIGGER match_the_plan AFTER INSERT ON promotion_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION match_the_plan();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER match_the_plan AFTER INSERT ON promotion_item
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION match_the_plan();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER match_the_plan AFTER INSERT ON promotion_step
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION match_the_plan();
--> statement-breakpoint

ALTER TABLE promotion_revision ENABLE ALWAYS TRIGGER match_the_plan;
--> statement-breakpoint
ALTER TABLE promotion_item ENABLE ALWAYS TRIGGER match_the_plan;
--> statement-breakpoint
ALTER TABLE promotion_step ENABLE ALWAYS TRIGGER match_the_plan;
--> statement-breakpoint

-- One person's signed verdict on one plan. The keys tie it to the bytes, to the contributors, and to a command that
-- this very person gave; the check keeps contributors out.
CREATE TABLE decision (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  plan_digest digest NOT NULL,
  contributors uuid[] NOT NULL,
  person uuid NOT NULL,
  step integer NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('approve', 'reject', 'request-changes', 'override')),
  meaning text NOT NULL CHECK (length(meaning) BETWEEN 1 AND 500),
  printed_name_text uuid NOT NULL,
  comment_text uuid NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  withdrawn_at timestamptz,
  command uuid NOT NULL,
  PRIMARY KEY (organization, id),
  UNIQUE (organization, command),
  FOREIGN KEY (organization, promotion, revision, plan_digest, contributors)
    REFERENCES promotion_revision (organization, promotion, revision, plan_digest, contributors),
  FOREIGN KEY (organization, promotion, revision, step)
    REFERENCES promotion_step (organization, promotion, revision, position),
  FOREIGN KEY (organization, command, person) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  FOREIGN KEY (organization, printed_name_text) REFERENCES erasable_text (organization, id),
  FOREIGN KEY (organization, comment_text) REFERENCES erasable_text (organization, id),
  CONSTRAINT contributor_may_not_decide CHECK (person <> ALL (contributors))
);
--> statement-breakpoint
CREATE UNIQUE INDEX decision_once ON decision (organization, promotion, revision, step, person)
  WHERE withdrawn_at IS NULL;
--> statement-breakpoint

CREATE TABLE "authorization" (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  plan_digest digest NOT NULL,
  kind text NOT NULL CHECK (kind IN ('quorum', 'override')),
  entry uuid NOT NULL,
  authorized_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision),
  FOREIGN KEY (organization, promotion, revision, plan_digest)
    REFERENCES promotion_revision (organization, promotion, revision, plan_digest)
);
--> statement-breakpoint

CREATE FUNCTION refuse_after_authorization() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CALL require_read_committed();
  PERFORM FROM promotion WHERE promotion.organization = NEW.organization AND promotion.id = NEW.promotion FOR UPDATE;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM command WHERE command.organization = NEW.organization
      AND command.id = NEW.command AND command.stream_kind = 'promotion' AND command.stream = NEW.promotion
      AND command.kind = CASE NEW.verdict WHEN 'override' THEN 'override' ELSE 'decide' END
      AND command.actor = NEW.person) THEN
    RAISE EXCEPTION 'a decision rests on what this person asked of this promotion themselves'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_rests_on_its_command';
  END IF;
  IF EXISTS (SELECT FROM "authorization" AS authorized WHERE authorized.organization = NEW.organization
      AND authorized.promotion = NEW.promotion AND authorized.revision = NEW.revision) THEN
    RAISE EXCEPTION 'this revision is authorized already'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'no_decision_after_authorization';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.withdrawn_at IS NOT NULL OR TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL
     OR NEW.withdrawn_at IS NULL OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at') THEN
    RAISE EXCEPTION 'a decision may only be withdrawn, once'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_may_only_be_withdrawn';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER refuse_after_authorization BEFORE INSERT OR UPDATE ON decision
  FOR EACH ROW EXECUTE FUNCTION refuse_after_authorization();
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION deny_change();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER refuse_after_authorization, ENABLE ALWAYS TRIGGER keep_rows,
  ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- The floor under the workflow: distinct active humans who contributed nothing, per step and over all, on the newest
-- plan, with no blocker in it. Everybody counted stays locked, so that nobody is deactivated in the meantime.
CREATE FUNCTION require_the_quorum() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
        AND step.promotion = NEW.promotion AND step.revision = NEW.revision AND step.required > (
          SELECT count(DISTINCT decision.person) FROM decision JOIN person
            ON person.organization = decision.organization AND person.id = decision.person AND person.active
          WHERE decision.organization = step.organization AND decision.promotion = step.promotion
            AND decision.revision = step.revision AND decision.step = step.position
            AND decision.plan_digest = NEW.plan_digest AND decision.verdict = 'approve'
            AND decision.withdrawn_at IS NULL)) THEN
    RAISE EXCEPTION 'the plan has not been approved by as many people as it names'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorization_needs_its_quorum';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER require_the_quorum BEFORE INSERT ON "authorization" FOR EACH ROW EXECUTE FUNCTION require_the_quorum();
--> statement-breakpoint
ALTER TABLE "authorization" ENABLE ALWAYS TRIGGER require_the_quorum;
--> statement-breakpoint
CALL keep_forever('promotion_pin', 'promotion_snapshot', 'plan_draft', 'promotion_revision', 'promotion_item',
  'promotion_step', '"authorization"');
--> statement-breakpoint
CALL keep_by_organization('promotion', 'promotion_pin', 'promotion_source_lock', 'promotion_target_lock',
  'promotion_snapshot', 'plan_draft', 'promotion_revision', 'promotion_item', 'promotion_step', 'decision',
  '"authorization"');
