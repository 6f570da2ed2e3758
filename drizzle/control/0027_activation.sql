-- Activation that a signed plan allows, without a person: what it rests on, and what it never does.

-- What happens after landing is the rule's to say, word for word: people sign it with the plan.
CREATE FUNCTION plan_what_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  plan constant jsonb := convert_from(NEW.plan, 'UTF8')::jsonb;
  rule constant jsonb := rule_of_promotion(NEW.organization, NEW.promotion, (plan #>> '{policy,rule}')::integer);
BEGIN
  IF plan ->> 'activation' IS DISTINCT FROM coalesce(rule ->> 'activation', 'manual') THEN
    RAISE EXCEPTION 'the plan is activated in another way than the rule of the policy says'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_matches_policy';
  END IF;
  IF plan -> 'validation' IS DISTINCT FROM rule -> 'validation' THEN
    RAISE EXCEPTION 'the plan is validated in another way than the rule of the policy says'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'validation_matches_policy';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER plan_what_follows AFTER INSERT ON promotion_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION plan_what_follows();
--> statement-breakpoint
ALTER TABLE promotion_revision ENABLE ALWAYS TRIGGER plan_what_follows;
--> statement-breakpoint

-- Whether what lands of a type is turned off. The built-in types are known to the code; these two of them are.
CREATE FUNCTION lands_off(asked_organization uuid, asked_type text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT asked_type IN ('automation', 'webhookSubscription') OR coalesce((
    SELECT jsonb_array_length(coalesce(convert_from(known.definition, 'UTF8')::jsonb -> 'landsAs', '[]')) > 0
    FROM asset_type AS known WHERE known.organization = asked_organization AND known.name = asked_type
    ORDER BY known.version DESC LIMIT 1), false)
$$;
--> statement-breakpoint

-- An activation names the command of the person who asked for it, or it is the plan's. The basis is what the database found
-- and nobody's to write; of what was granted before, it is not known.
ALTER TABLE production_grant
  ADD COLUMN command uuid,
  ADD COLUMN basis text CHECK (basis IN ('person', 'plan')),
  ADD CONSTRAINT production_grant_rests_on_its_basis CHECK (
    CASE basis WHEN 'person' THEN command IS NOT NULL ELSE command IS NULL END);
--> statement-breakpoint

-- What is left to the plan is activated where all of this holds: the plan that was signed and the rule that routed it say
-- so, all of it has landed and waits, nothing of it lands turned off, and nothing is frozen. A calendar is `record`'s to ask.
CREATE FUNCTION activate_by_person_or_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  plan jsonb;
  instant timestamptz;
BEGIN
  NEW.basis := CASE WHEN NEW.command IS NOT NULL THEN 'person' WHEN NEW.purpose = 'activate' THEN 'plan' END;
  IF NEW.basis = 'person' AND (NEW.purpose <> 'activate' OR NOT EXISTS (SELECT FROM command
      WHERE command.organization = NEW.organization AND command.id = NEW.command AND command.stream_kind = 'rollout'
        AND command.stream = NEW.promotion AND command.kind = 'activate')) THEN
    RAISE EXCEPTION 'an activation rests on what a person asked of this rollout'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_rests_on_its_command';
  END IF;
  IF NEW.basis IS DISTINCT FROM 'plan' THEN RETURN NEW; END IF;

  CALL require_read_committed();
  PERFORM pg_advisory_xact_lock_shared(freezing_of(NEW.organization));
  instant := clock_timestamp();
  SELECT convert_from(signed.plan, 'UTF8')::jsonb INTO plan
    FROM "authorization" AS authorized JOIN promotion_revision AS signed ON signed.organization = authorized.organization
      AND signed.promotion = authorized.promotion AND signed.revision = authorized.revision
      AND signed.plan_digest = authorized.plan_digest
    WHERE authorized.organization = NEW.organization AND authorized.promotion = NEW.promotion
      AND authorized.revision = NEW.revision;
  IF plan ->> 'activation' IS DISTINCT FROM 'automatic'
     OR rule_of_promotion(NEW.organization, NEW.promotion, (plan #>> '{policy,rule}')::integer) ->> 'activation' IS DISTINCT FROM 'automatic' THEN
    RAISE EXCEPTION 'the signed plan leaves activation to a person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'automatic_activation_as_signed';
  END IF;
  PERFORM FROM rollout WHERE rollout.organization = NEW.organization AND rollout.id = NEW.promotion
    AND rollout.revision = NEW.revision AND rollout.state = 'pending_activation' FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM promotion_item AS item WHERE item.organization = NEW.organization
      AND item.promotion = NEW.promotion AND item.revision = NEW.revision AND NOT EXISTS (
        SELECT FROM receipt WHERE receipt.organization = item.organization AND receipt.promotion = item.promotion
          AND receipt.revision = item.revision AND receipt.position = item.position)) THEN
    RAISE EXCEPTION 'nothing has landed that waits for its activation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'automatic_activation_of_what_landed';
  END IF;
  IF EXISTS (SELECT FROM promotion_item AS item WHERE item.organization = NEW.organization
      AND item.promotion = NEW.promotion AND item.revision = NEW.revision AND lands_off(item.organization, item.type)) THEN
    RAISE EXCEPTION 'what lands turned off is activated by a person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'automatic_activation_of_nothing_landing_off';
  END IF;
  IF EXISTS (SELECT FROM organization_freeze AS switch
      WHERE switch.organization = NEW.organization AND switch.lifted_at IS NULL)
     OR EXISTS (SELECT FROM environment_freeze AS one JOIN promotion ON promotion.organization = one.organization
        AND promotion.destination_environment = one.environment
      WHERE one.organization = NEW.organization AND promotion.id = NEW.promotion AND one.lifted_at IS NULL
        AND one.starts_at <= instant AND (one.ends_at IS NULL OR instant < one.ends_at)) THEN
    RAISE EXCEPTION 'nothing is activated automatically while it is frozen'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'automatic_activation_while_frozen';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER activate_by_person_or_plan BEFORE INSERT ON production_grant
  FOR EACH ROW EXECUTE FUNCTION activate_by_person_or_plan();
--> statement-breakpoint
CREATE TRIGGER refuse_revoked_key BEFORE INSERT ON production_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_revoked_key('command');
--> statement-breakpoint
ALTER TABLE production_grant ENABLE ALWAYS TRIGGER activate_by_person_or_plan, ENABLE ALWAYS TRIGGER refuse_revoked_key;
--> statement-breakpoint

-- Nothing is said to be in use, or on its way there, that production was not allowed to activate.
CREATE FUNCTION advance_by_its_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM production_grant AS granted WHERE granted.organization = NEW.organization
      AND granted.promotion = NEW.id AND granted.revision = NEW.revision AND granted.purpose = 'activate') THEN
    RAISE EXCEPTION 'a rollout goes on once production may activate what landed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rollout_advances_by_its_grant';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER advance_by_its_grant BEFORE UPDATE ON rollout FOR EACH ROW
  WHEN (NEW.state IN ('activating', 'active')) EXECUTE FUNCTION advance_by_its_grant();
--> statement-breakpoint
ALTER TABLE rollout ENABLE ALWAYS TRIGGER advance_by_its_grant;
--> statement-breakpoint

-- As before, and an activation is seen by the entry that tells what it rests on. The person of one that rests on the plan is
-- its requester, for whoever has to name somebody.
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
    AND granted.purpose = production_grant.purpose AND granted.position = item.position
  JOIN content ON content.organization = item.organization AND content.digest = item.rendered_digest
  JOIN log_entry ON log_entry.organization = production_grant.organization AND log_entry.id = production_grant.entry
    AND log_entry.subject = 'promotion/' || production_grant.promotion AND log_entry.type = CASE production_grant.purpose
      WHEN 'land' THEN 'promotion.authorized' WHEN 'discard' THEN 'promotion.compensating'
      ELSE CASE production_grant.basis WHEN 'plan' THEN 'rollout.activation-authorized-by-plan'
        ELSE 'rollout.activation-authorized' END END
  WHERE item.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
