-- What follows activation: people confirm what the signed plan has them look at, and then it is live, or goes back.

ALTER TABLE rollout
  DROP CONSTRAINT rollout_state_check,
  ADD CONSTRAINT rollout_state_check CHECK (
    state IN ('pending_activation', 'activating', 'active', 'live', 'rolling_back', 'rolled_back', 'failed')),
  -- When it has soaked as long as the signed plan says; null where that says nothing, and before it is in use.
  ADD COLUMN soak_until timestamptz,
  -- The command of the person who said that it is live.
  ADD COLUMN completion uuid,
  ADD CONSTRAINT rollout_is_live_by_its_completion CHECK ((completion IS NOT NULL) = (state = 'live')),
  ADD CONSTRAINT rollout_completion_fkey FOREIGN KEY (organization, completion) REFERENCES command (organization, id);
--> statement-breakpoint
CREATE OR REPLACE TRIGGER keep_the_request BEFORE UPDATE ON rollout FOR EACH ROW
  EXECUTE FUNCTION keep_the_request('{state,failure,soak_until,completion,updated_at}');
--> statement-breakpoint
ALTER TABLE rollout ENABLE ALWAYS TRIGGER keep_the_request;
--> statement-breakpoint

-- Whether somebody asked this of this rollout by themselves, and no service account for them.
CREATE FUNCTION asked_of_rollout_in_person(of_organization uuid, of_rollout uuid, asked uuid, of_kind text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM command WHERE command.organization = of_organization AND command.id = asked
    AND command.stream_kind = 'rollout' AND command.stream = of_rollout AND command.kind = of_kind
    AND command.actor = command.person)
$$;
--> statement-breakpoint

-- What the plan has people look at that an authorized revision was signed with; null where it is nothing.
CREATE FUNCTION signed_validation(of_organization uuid, of_promotion uuid, of_revision integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT convert_from(signed.plan, 'UTF8')::jsonb -> 'validation'
  FROM "authorization" AS authorized JOIN promotion_revision AS signed ON signed.organization = authorized.organization
    AND signed.promotion = authorized.promotion AND signed.revision = authorized.revision
    AND signed.plan_digest = authorized.plan_digest
  WHERE authorized.organization = of_organization AND authorized.promotion = of_promotion
    AND authorized.revision = of_revision
$$;
--> statement-breakpoint

-- One line of a signed checklist that a person looked at. `line` counts from 1.
CREATE TABLE rollout_confirmation (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  line integer NOT NULL CHECK (line >= 1),
  person uuid NOT NULL,
  command uuid NOT NULL,
  printed_name_text uuid NOT NULL,
  confirmed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, line),
  UNIQUE (organization, command),
  FOREIGN KEY (organization, promotion) REFERENCES rollout (organization, id),
  FOREIGN KEY (organization, command, person) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, printed_name_text) REFERENCES erasable_text (organization, id)
);
--> statement-breakpoint
CREATE FUNCTION confirm_as_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  of_revision integer;
BEGIN
  SELECT rollout.revision INTO of_revision FROM rollout WHERE rollout.organization = NEW.organization
    AND rollout.id = NEW.promotion AND rollout.state = 'active' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a checklist is confirmed while its rollout is active'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_of_what_is_active';
  END IF;
  IF NEW.line > coalesce(jsonb_array_length(
      signed_validation(NEW.organization, NEW.promotion, of_revision) -> 'checklist'), 0) THEN
    RAISE EXCEPTION 'the signed checklist has no such line'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_of_a_signed_line';
  END IF;
  IF NOT asked_of_rollout_in_person(NEW.organization, NEW.promotion, NEW.command, 'confirm') OR NOT EXISTS (
      SELECT FROM command WHERE command.organization = NEW.organization AND command.id = NEW.command
        AND convert_from(command.arguments, 'UTF8')::jsonb -> 'check' = to_jsonb(NEW.line)) THEN
    RAISE EXCEPTION 'a confirmation is what its person asked of this line'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_rests_on_its_command';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER confirm_as_asked BEFORE INSERT ON rollout_confirmation
  FOR EACH ROW EXECUTE FUNCTION confirm_as_asked();
--> statement-breakpoint
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON rollout_confirmation
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint
ALTER TABLE rollout_confirmation ENABLE ALWAYS TRIGGER confirm_as_asked, ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint
CALL keep_forever('rollout_confirmation');
--> statement-breakpoint
CALL keep_by_organization('rollout_confirmation');
--> statement-breakpoint

-- A roll-back that production refused may be asked for again, by a new command and under new fences.
ALTER TABLE production_grant_fence
  DROP CONSTRAINT production_grant_fence_organization_promotion_revision_pur_fkey,
  DROP CONSTRAINT production_grant_fence_pkey,
  ADD COLUMN attempt integer NOT NULL DEFAULT 1;
--> statement-breakpoint
ALTER TABLE production_grant
  DROP CONSTRAINT production_grant_purpose_check,
  ADD CONSTRAINT production_grant_purpose_check CHECK (purpose IN ('land', 'discard', 'activate', 'rollback')),
  ADD COLUMN attempt integer NOT NULL DEFAULT 1,
  ADD CONSTRAINT production_grant_attempt_check CHECK (attempt = 1 OR (attempt > 1 AND purpose = 'rollback')),
  DROP CONSTRAINT production_grant_pkey,
  ADD PRIMARY KEY (organization, promotion, revision, purpose, attempt);
--> statement-breakpoint
ALTER TABLE production_grant_fence
  ADD PRIMARY KEY (organization, promotion, revision, purpose, attempt, position),
  ADD FOREIGN KEY (organization, promotion, revision, purpose, attempt)
    REFERENCES production_grant (organization, promotion, revision, purpose, attempt);
--> statement-breakpoint

-- What is rolled back is in use and not yet live, somebody asked for it, and the rule that routed it lets it back at once.
CREATE FUNCTION roll_back_as_the_policy_says() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  place integer;
BEGIN
  NEW.basis := 'person';
  IF NOT EXISTS (SELECT FROM command WHERE command.organization = NEW.organization AND command.id = NEW.command
      AND command.stream_kind = 'rollout' AND command.stream = NEW.promotion AND command.kind = 'rollback') THEN
    RAISE EXCEPTION 'a roll-back rests on what a person asked of this rollout'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollback_rests_on_its_command';
  END IF;
  PERFORM FROM rollout WHERE rollout.organization = NEW.organization AND rollout.id = NEW.promotion
    AND rollout.revision = NEW.revision AND rollout.state = 'active' FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing of this promotion is in use that could be rolled back'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollback_of_what_is_active';
  END IF;
  SELECT (convert_from(signed.plan, 'UTF8')::jsonb #>> '{policy,rule}')::integer INTO place
    FROM promotion_revision AS signed WHERE signed.organization = NEW.organization
      AND signed.promotion = NEW.promotion AND signed.revision = NEW.revision;
  IF rule_of_promotion(NEW.organization, NEW.promotion, place) ->> 'rollback' IS DISTINCT FROM 'fast' THEN
    RAISE EXCEPTION 'the policy lets nothing back without approval'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollback_as_the_policy_says';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER roll_back_as_the_policy_says BEFORE INSERT ON production_grant FOR EACH ROW
  WHEN (NEW.purpose = 'rollback') EXECUTE FUNCTION roll_back_as_the_policy_says();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER activate_by_person_or_plan BEFORE INSERT ON production_grant FOR EACH ROW
  WHEN (NEW.purpose <> 'rollback') EXECUTE FUNCTION activate_by_person_or_plan();
--> statement-breakpoint
ALTER TABLE production_grant ENABLE ALWAYS TRIGGER roll_back_as_the_policy_says,
  ENABLE ALWAYS TRIGGER activate_by_person_or_plan;
--> statement-breakpoint

-- As before, and nothing is said to be on its way back that production was not allowed to roll back.
CREATE OR REPLACE FUNCTION advance_by_its_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM production_grant AS granted WHERE granted.organization = NEW.organization
      AND granted.promotion = NEW.id AND granted.revision = NEW.revision
      AND granted.purpose = CASE WHEN NEW.state IN ('rolling_back', 'rolled_back') THEN 'rollback' ELSE 'activate' END) THEN
    RAISE EXCEPTION 'a rollout goes on once production may do what it tells of'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollout_advances_by_its_grant';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER advance_by_its_grant BEFORE UPDATE ON rollout FOR EACH ROW
  WHEN (NEW.state NOT IN ('pending_activation', 'failed')) EXECUTE FUNCTION advance_by_its_grant();
--> statement-breakpoint

-- One step after the other. It soaks from when the story says, but from no earlier than production was allowed to activate
-- it, and what was counted once is not counted anew.
CREATE FUNCTION advance_step_by_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  soak text;
BEGIN
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('pending_activation', 'activating'), ('activating', 'active'), ('activating', 'failed'), ('active', 'live'),
      ('active', 'rolling_back'), ('rolling_back', 'rolled_back'), ('rolling_back', 'active')) THEN
    RAISE EXCEPTION 'a rollout goes on step by step'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollout_advances_step_by_step';
  END IF;
  IF OLD.state <> 'activating' OR NEW.state <> 'active' THEN
    NEW.soak_until := OLD.soak_until;
    RETURN NEW;
  END IF;
  soak := signed_validation(NEW.organization, NEW.id, NEW.revision) ->> 'soak';
  NEW.soak_until := CASE WHEN soak IS NOT NULL THEN greatest(NEW.soak_until, (
    SELECT granted.granted_at + make_interval(secs => extract(epoch FROM soak::interval)::double precision)
    FROM production_grant AS granted WHERE granted.organization = NEW.organization
      AND granted.promotion = NEW.id AND granted.revision = NEW.revision AND granted.purpose = 'activate')) END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER advance_step_by_step BEFORE UPDATE ON rollout
  FOR EACH ROW EXECUTE FUNCTION advance_step_by_step();
--> statement-breakpoint

-- Live takes a person, every line of the signed checklist, and the whole soak by this database's clock.
CREATE FUNCTION live_by_a_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  validation constant jsonb := signed_validation(NEW.organization, NEW.id, NEW.revision);
BEGIN
  IF NOT asked_of_rollout_in_person(NEW.organization, NEW.id, NEW.completion, 'complete') THEN
    RAISE EXCEPTION 'live rests on what a person asked of this rollout'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'live_rests_on_its_command';
  END IF;
  IF EXISTS (SELECT FROM generate_series(1, coalesce(jsonb_array_length(validation -> 'checklist'), 0)) AS signed(line)
      WHERE NOT EXISTS (SELECT FROM rollout_confirmation AS confirmed WHERE confirmed.organization = NEW.organization
        AND confirmed.promotion = NEW.id AND confirmed.line = signed.line)) THEN
    RAISE EXCEPTION 'a line of the signed checklist is not confirmed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'live_after_its_checklist';
  END IF;
  IF validation ? 'soak' AND (NEW.soak_until IS NULL OR clock_timestamp() < NEW.soak_until) THEN
    RAISE EXCEPTION 'it has not soaked as long as the signed plan says'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'live_after_its_soak';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER live_by_a_person BEFORE UPDATE ON rollout FOR EACH ROW
  WHEN (NEW.state = 'live' AND OLD.state <> 'live') EXECUTE FUNCTION live_by_a_person();
--> statement-breakpoint
ALTER TABLE rollout ENABLE ALWAYS TRIGGER advance_by_its_grant, ENABLE ALWAYS TRIGGER advance_step_by_step,
  ENABLE ALWAYS TRIGGER live_by_a_person;
--> statement-breakpoint

-- As before, and an allowance to roll back is seen while the rollout is on its way back, the newest one of several.
CREATE OR REPLACE VIEW authorized_item WITH (security_barrier) AS
  SELECT item.organization, item.promotion, item.revision, item.position, production_grant.purpose,
         promotion.destination_environment AS environment, item.type, item.name, item.action, item.target_asset,
         item.baseline_version, item.baseline_digest, item.rendered_digest, content.bytes, granted.fence,
         coalesce((convert_from(log_entry.leaf, 'UTF8')::jsonb #>> '{data,actor,person}')::uuid, promotion.requester)
           AS person, log_entry.index AS grant_index, log_entry.leaf_hash AS grant_leaf_hash, production_grant.basis
  FROM production_grant
  JOIN "authorization" AS authorized ON authorized.organization = production_grant.organization
    AND authorized.promotion = production_grant.promotion AND authorized.revision = production_grant.revision
  JOIN promotion ON promotion.organization = authorized.organization AND promotion.id = authorized.promotion
  JOIN promotion_item AS item ON item.organization = authorized.organization
    AND item.promotion = authorized.promotion AND item.revision = authorized.revision
  JOIN production_grant_fence AS granted ON granted.organization = item.organization
    AND granted.promotion = item.promotion AND granted.revision = item.revision
    AND granted.purpose = production_grant.purpose AND granted.attempt = production_grant.attempt
    AND granted.position = item.position
  JOIN content ON content.organization = item.organization AND content.digest = item.rendered_digest
  JOIN log_entry ON log_entry.organization = production_grant.organization AND log_entry.id = production_grant.entry
    AND log_entry.subject = 'promotion/' || production_grant.promotion AND log_entry.type = CASE production_grant.purpose
      WHEN 'land' THEN 'promotion.authorized' WHEN 'discard' THEN 'promotion.compensating'
      WHEN 'rollback' THEN 'rollout.rollback-authorized'
      ELSE CASE production_grant.basis WHEN 'plan' THEN 'rollout.activation-authorized-by-plan'
        ELSE 'rollout.activation-authorized' END END
  WHERE item.organization = nullif(current_setting('countersign.organization', true), '')::uuid
    AND (production_grant.purpose <> 'rollback' OR (
      EXISTS (SELECT FROM rollout WHERE rollout.organization = production_grant.organization
        AND rollout.id = production_grant.promotion AND rollout.state = 'rolling_back')
      AND NOT EXISTS (SELECT FROM production_grant AS later WHERE later.organization = production_grant.organization
        AND later.promotion = production_grant.promotion AND later.revision = production_grant.revision
        AND later.purpose = 'rollback' AND later.attempt > production_grant.attempt)));
--> statement-breakpoint

-- A roll-back leaves in use what a promotion did not land, as a restored version does; `version` is null where it leaves
-- nothing in use.
ALTER TABLE asset_restoration
  ALTER COLUMN version DROP NOT NULL,
  ALTER COLUMN command DROP NOT NULL,
  ADD COLUMN rolled_back uuid,
  ADD CONSTRAINT asset_restoration_is_one_of_both CHECK ((command IS NULL) = (rolled_back IS NOT NULL)),
  ADD CONSTRAINT asset_restoration_names_a_version CHECK (version IS NOT NULL OR rolled_back IS NOT NULL),
  ADD CONSTRAINT asset_restoration_rolled_back_fkey FOREIGN KEY (organization, rolled_back)
    REFERENCES rollout (organization, id);
--> statement-breakpoint

-- As before, and a roll-back leaves an earlier version in use, or none where it names 0. Moves an asset's head as its own
-- environment's log tells it. An entry about an asset of another kind of environment, or one that makes no sense, stays in
-- the index and moves nothing.
CREATE OR REPLACE FUNCTION move_head(of_kind text, type text, data jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  of_asset constant uuid := uuid_or_null(data ->> 'asset');
  at_environment constant uuid := uuid_or_null(data ->> 'environment');
BEGIN
  IF NOT EXISTS (SELECT FROM environment WHERE environment.organization = here AND environment.id = at_environment
      AND environment.kind = of_kind) THEN
    RETURN;
  END IF;
  CASE type
    WHEN 'asset.created', 'asset.version-written', 'asset.landed' THEN
      INSERT INTO asset_head VALUES (here, of_asset, at_environment, data ->> 'assetType',
        (data ->> 'version')::integer, decode(data ->> 'digest', 'hex'))
      ON CONFLICT (organization, asset) DO UPDATE SET version = EXCLUDED.version, digest = EXCLUDED.digest,
        deleted = false WHERE asset_head.environment = at_environment;
    WHEN 'asset.discarded' THEN
      UPDATE asset_head SET version = (data ->> 'version')::integer, digest = decode(data ->> 'digest', 'hex')
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment;
    WHEN 'asset.activated', 'asset.restored' THEN
      UPDATE asset_head SET active_version = (data ->> 'version')::integer
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment
          AND (data ->> 'version')::integer BETWEEN 1 AND asset_head.version;
    WHEN 'asset.rolled-back' THEN
      UPDATE asset_head SET active_version = nullif((data ->> 'version')::integer, 0)
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment
          AND (data ->> 'version')::integer BETWEEN 0 AND asset_head.version;
    WHEN 'asset.deleted' THEN
      UPDATE asset_head SET deleted = true
        WHERE asset_head.organization = here AND asset_head.asset = of_asset
          AND asset_head.environment = at_environment;
    ELSE NULL;
  END CASE;
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
  RETURN;
END $$;
