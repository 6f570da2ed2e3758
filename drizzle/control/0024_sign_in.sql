-- How whoever decides proved who they are, and policies that ask for a fresh sign-in at the identity provider.

-- What a token says of that stands beside the key that it became, from its first use on and unchanged: the API, which alone
-- checks tokens, writes it once for all that is asked with them.
ALTER TABLE exchanged_token
  ADD COLUMN authenticated_at timestamptz,
  ADD COLUMN acr text CHECK (length(acr) BETWEEN 1 AND 255),
  ADD COLUMN amr text[] CHECK (cardinality(amr) <= 20 AND array_position(amr, NULL) IS NULL);
--> statement-breakpoint

-- Nobody has a right to these columns: triggers fill them. What was stored before has none of it, but its key.
ALTER TABLE command
  ADD COLUMN authentication text CHECK (authentication IN ('key', 'identity-provider')),
  ADD COLUMN authenticated_at timestamptz,
  ADD COLUMN acr text,
  ADD CONSTRAINT command_signed_in_at_the_provider
    CHECK (num_nonnulls(authenticated_at, acr) = 0 OR authentication IS NOT DISTINCT FROM 'identity-provider');
--> statement-breakpoint
ALTER TABLE decision
  ADD COLUMN authentication text CHECK (authentication IN ('key', 'identity-provider')),
  ADD COLUMN authenticated_at timestamptz,
  ADD COLUMN acr text,
  ADD CONSTRAINT decision_says_how_it_was_authenticated CHECK (authentication IS NOT NULL) NOT VALID;
--> statement-breakpoint

-- Whoever asks to decide says nothing of how they signed in: the key that they ask with does, and it is their own.
CREATE FUNCTION tell_the_authentication() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  used record;
BEGIN
  SELECT own.origin, token.authenticated_at, token.acr INTO used FROM api_key AS own
    LEFT JOIN exchanged_token AS token ON token.organization = own.organization AND token.api_key = own.id
    WHERE own.organization = NEW.organization AND own.id = NEW.api_key AND own.actor = NEW.actor;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a decision is asked for with a key of one''s own'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_is_asked_with_ones_own_key';
  END IF;
  NEW.authentication := CASE used.origin WHEN 'made' THEN 'key' ELSE 'identity-provider' END;
  NEW.authenticated_at := used.authenticated_at;
  NEW.acr := used.acr;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER tell_the_authentication BEFORE INSERT ON command
  FOR EACH ROW WHEN (NEW.stream_kind = 'promotion' AND NEW.kind IN ('decide', 'override'))
  EXECUTE FUNCTION tell_the_authentication();
--> statement-breakpoint
ALTER TABLE command ENABLE ALWAYS TRIGGER tell_the_authentication;
--> statement-breakpoint

-- A rule of the policy version that a promotion was routed by, by its place from 1. Null where there is none.
CREATE FUNCTION rule_of_promotion(promoting_organization uuid, promoting uuid, place integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT convert_from(policy.document, 'UTF8')::jsonb #> ARRAY['rules', (place - 1)::text]
  FROM promotion JOIN policy ON policy.organization = promotion.organization
    AND policy.environment = promotion.destination_environment AND policy.version = promotion.policy_version
  WHERE promotion.organization = promoting_organization AND promotion.id = promoting AND place >= 1
$$;
--> statement-breakpoint

-- What a plan says of the sign-in, those who approve it sign, so it is what the rule that routed it says.
CREATE FUNCTION match_the_sign_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  plan constant jsonb := convert_from(NEW.plan, 'UTF8')::jsonb;
  asked constant jsonb := rule_of_promotion(NEW.organization, NEW.promotion, (plan #>> '{policy,rule}')::integer)
    -> 'signIn';
BEGIN
  IF plan -> 'signIn' IS DISTINCT FROM asked THEN
    RAISE EXCEPTION 'the plan asks for another sign-in than the rule of the policy'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'sign_in_matches_policy';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER match_the_sign_in AFTER INSERT ON promotion_revision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION match_the_sign_in();
--> statement-breakpoint
ALTER TABLE promotion_revision ENABLE ALWAYS TRIGGER match_the_sign_in;
--> statement-breakpoint

-- A decision is as strong as its command was, whatever is written, and counts only where the plan asks for no more. Time is
-- this clock's, with days of 24 hours whatever zone a session has; a sign-in of half a minute from now is one of a clock
-- that runs ahead. It comes after the triggers that see to it that the command is this person's, about this promotion.
CREATE FUNCTION sign_in_as_the_plan_asks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  instant constant timestamptz := clock_timestamp();
  sign_in constant jsonb := (SELECT convert_from(planned.plan, 'UTF8')::jsonb -> 'signIn'
    FROM promotion_revision AS planned WHERE planned.organization = NEW.organization
      AND planned.promotion = NEW.promotion AND planned.revision = NEW.revision);
BEGIN
  SELECT coalesce(asked.authentication, CASE used.origin WHEN 'made' THEN 'key' ELSE 'identity-provider' END),
         asked.authenticated_at, asked.acr
    INTO NEW.authentication, NEW.authenticated_at, NEW.acr
    FROM command AS asked JOIN api_key AS used ON used.organization = asked.organization AND used.id = asked.api_key
    WHERE asked.organization = NEW.organization AND asked.id = NEW.command;
  IF sign_in IS NOT NULL AND NOT coalesce(
       NEW.authentication = 'identity-provider'
       AND (NOT sign_in ? 'within' OR NEW.authenticated_at BETWEEN instant - (sign_in ->> 'within')::interval
         AND instant + interval '30 seconds')
       AND (NOT sign_in ? 'acr' OR sign_in -> 'acr' ? NEW.acr), false) THEN
    RAISE EXCEPTION 'the plan counts only who signed in as its policy asks'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_signed_in_as_the_plan_asks';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER sign_in_as_the_plan_asks BEFORE INSERT ON decision
  FOR EACH ROW EXECUTE FUNCTION sign_in_as_the_plan_asks();
--> statement-breakpoint
ALTER TABLE decision ENABLE ALWAYS TRIGGER sign_in_as_the_plan_asks;
