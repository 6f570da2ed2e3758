-- What control lets production do, what it heard back, and the lasting links between staging and production assets.

-- Rising per production asset; production refuses whatever comes with a lower fence than it has seen.
CREATE TABLE asset_fence (
  organization uuid NOT NULL,
  asset uuid NOT NULL,
  fence bigint NOT NULL CHECK (fence >= 1),
  PRIMARY KEY (organization, asset)
);
--> statement-breakpoint
CREATE FUNCTION rise_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.asset <> OLD.asset OR NEW.fence <= OLD.fence THEN
    RAISE EXCEPTION 'a fence only rises' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON asset_fence FOR EACH ROW EXECUTE FUNCTION rise_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON asset_fence FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE asset_fence ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- One allowance per purpose of an authorized revision: land it, discard it again, activate what landed.
CREATE TABLE production_grant (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('land', 'discard', 'activate')),
  entry uuid NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision, purpose),
  FOREIGN KEY (organization, promotion, revision) REFERENCES "authorization" (organization, promotion, revision)
);
--> statement-breakpoint
CREATE TABLE production_grant_fence (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  purpose text NOT NULL,
  position integer NOT NULL,
  target_asset uuid NOT NULL,
  fence bigint NOT NULL CHECK (fence >= 1),
  PRIMARY KEY (organization, promotion, revision, purpose, position),
  UNIQUE (organization, target_asset, fence),
  FOREIGN KEY (organization, promotion, revision, purpose)
    REFERENCES production_grant (organization, promotion, revision, purpose),
  FOREIGN KEY (organization, promotion, revision, position, target_asset)
    REFERENCES promotion_item (organization, promotion, revision, position, target_asset)
);
--> statement-breakpoint

-- What landed is what was approved, or this row does not exist. It names the landing's place in production's log.
CREATE TABLE receipt (
  organization uuid NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL,
  landed_digest digest NOT NULL,
  landed_version integer NOT NULL CHECK (landed_version >= 1),
  landing_origin text NOT NULL,
  landing_index bigint NOT NULL CHECK (landing_index >= 0),
  landing_leaf_hash digest NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, promotion, revision, position),
  UNIQUE (organization, promotion, revision, position, landed_version, landed_digest),
  FOREIGN KEY (organization, promotion, revision, position, landed_digest)
    REFERENCES promotion_item (organization, promotion, revision, position, rendered_digest),
  FOREIGN KEY (organization, promotion, revision) REFERENCES "authorization" (organization, promotion, revision)
);
--> statement-breakpoint

-- The lasting link. Each side has at most one partner per destination, and it rests on a receipt.
CREATE TABLE association (
  organization uuid NOT NULL,
  source_asset uuid NOT NULL,
  destination_environment uuid NOT NULL,
  target_asset uuid NOT NULL,
  source_version integer NOT NULL,
  source_digest digest NOT NULL,
  target_version integer NOT NULL,
  target_digest digest NOT NULL,
  promotion uuid NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL,
  associated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, source_asset, destination_environment),
  UNIQUE (organization, target_asset),
  FOREIGN KEY (organization, promotion, destination_environment)
    REFERENCES promotion (organization, id, destination_environment),
  FOREIGN KEY (organization, promotion, revision, position, target_asset)
    REFERENCES promotion_item (organization, promotion, revision, position, target_asset),
  FOREIGN KEY (organization, promotion, revision, position, source_asset, source_version, source_digest)
    REFERENCES promotion_item (organization, promotion, revision, position, source_asset, source_version, source_digest),
  FOREIGN KEY (organization, promotion, revision, position, target_version, target_digest)
    REFERENCES receipt (organization, promotion, revision, position, landed_version, landed_digest)
);
--> statement-breakpoint

-- From landed to live. The stream's id is the promotion's.
CREATE TABLE rollout (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  revision integer NOT NULL,
  state text NOT NULL DEFAULT 'pending_activation'
    CHECK (state IN ('pending_activation', 'activating', 'active', 'failed')),
  failure text CHECK (failure ~ '^[a-z][a-z-]*$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  FOREIGN KEY (organization, id, revision) REFERENCES "authorization" (organization, promotion, revision)
);
--> statement-breakpoint
CREATE TRIGGER open_stream AFTER INSERT ON rollout FOR EACH ROW EXECUTE FUNCTION open_stream('rollout');
--> statement-breakpoint

-- One act in production outside a promotion, asked by a person and carried out by production's worker.
-- `expected_version` is the version the person saw; 0 stands for an asset that is to be created.
CREATE TABLE production_command (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('create-asset', 'write-version')),
  environment uuid NOT NULL,
  environment_kind text NOT NULL DEFAULT 'production' CHECK (environment_kind = 'production'),
  asset uuid NOT NULL,
  type text NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  content_digest digest NOT NULL,
  expected_version integer NOT NULL CHECK (expected_version >= 0),
  person uuid NOT NULL,
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'authorized', 'performed', 'refused')),
  failure text CHECK (failure ~ '^[a-z][a-z-]*$'),
  version integer CHECK (version >= 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  CHECK ((kind = 'create-asset') = (expected_version = 0)),
  FOREIGN KEY (organization, id, person) REFERENCES command (organization, id, person),
  FOREIGN KEY (organization, environment, environment_kind) REFERENCES environment (organization, id, kind),
  FOREIGN KEY (organization, content_digest) REFERENCES content (organization, digest)
);
--> statement-breakpoint
CREATE TRIGGER open_stream AFTER INSERT ON production_command
  FOR EACH ROW EXECUTE FUNCTION open_stream('production-command');
--> statement-breakpoint
CREATE TABLE production_command_grant (
  organization uuid NOT NULL,
  production_command uuid NOT NULL,
  fence bigint NOT NULL CHECK (fence >= 1),
  entry uuid NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, production_command),
  FOREIGN KEY (organization, production_command) REFERENCES production_command (organization, id)
);
--> statement-breakpoint

CREATE FUNCTION keep_the_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV[0]::text[] <> to_jsonb(OLD) - TG_ARGV[0]::text[] THEN
    RAISE EXCEPTION 'what was asked for is not changed afterwards' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_the_request BEFORE UPDATE ON promotion FOR EACH ROW
  EXECUTE FUNCTION keep_the_request('{state,revision,step,plan_digest,expires_at,failure,updated_at}');
--> statement-breakpoint
CREATE TRIGGER keep_the_request BEFORE UPDATE ON rollout FOR EACH ROW
  EXECUTE FUNCTION keep_the_request('{state,failure,updated_at}');
--> statement-breakpoint
CREATE TRIGGER keep_the_request BEFORE UPDATE ON production_command FOR EACH ROW
  EXECUTE FUNCTION keep_the_request('{state,failure,version,updated_at}');
--> statement-breakpoint
ALTER TABLE promotion ENABLE ALWAYS TRIGGER keep_the_request;
--> statement-breakpoint
ALTER TABLE rollout ENABLE ALWAYS TRIGGER keep_the_request;
--> statement-breakpoint
ALTER TABLE production_command ENABLE ALWAYS TRIGGER keep_the_request;
--> statement-breakpoint
CALL keep_forever('production_grant', 'production_grant_fence', 'receipt', 'production_command_grant');
--> statement-breakpoint
CALL keep_by_organization('asset_fence', 'production_grant', 'production_grant_fence', 'receipt', 'association',
  'rollout', 'production_command', 'production_command_grant');
--> statement-breakpoint

-- All that production's worker sees of a promotion: items whose revision is authorized and granted for a purpose,
-- with the place of that grant in control's log and the person it rests on. `security_barrier` keeps a caller's functions behind the conditions.
CREATE VIEW authorized_item WITH (security_barrier) AS
  SELECT item.organization, item.promotion, item.revision, item.position, production_grant.purpose,
         promotion.destination_environment AS environment, item.type, item.name, item.action, item.target_asset,
         item.baseline_version, item.baseline_digest, item.rendered_digest, content.bytes, granted.fence,
         coalesce((convert_from(log_entry.leaf, 'UTF8')::jsonb #>> '{data,actor,person}')::uuid, promotion.requester)
           AS person, log_entry.index AS grant_index, log_entry.leaf_hash AS grant_leaf_hash
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
      ELSE 'rollout.activation-authorized' END
  WHERE item.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
--> statement-breakpoint
CREATE VIEW authorized_production_command WITH (security_barrier) AS
  SELECT asked.organization, asked.id, asked.kind, asked.environment, asked.asset, asked.type, asked.name,
         asked.content_digest, content.bytes, asked.expected_version, asked.person, granted.fence,
         log_entry.index AS grant_index, log_entry.leaf_hash AS grant_leaf_hash
  FROM production_command_grant AS granted
  JOIN production_command AS asked
    ON asked.organization = granted.organization AND asked.id = granted.production_command
  JOIN content ON content.organization = asked.organization AND content.digest = asked.content_digest
  JOIN log_entry ON log_entry.organization = granted.organization AND log_entry.id = granted.entry
    AND log_entry.subject = 'asset/' || asked.asset AND log_entry.type = 'production-command.authorized'
  WHERE asked.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
--> statement-breakpoint
-- What the source's worker needs to freeze a promotion: its pins, and where the last promotion of each asset stood.
CREATE VIEW pinned_version WITH (security_barrier) AS
  SELECT pin.organization, pin.promotion, pin.revision, pin.position, promotion.source_environment AS environment,
         pin.asset, pin.type, pin.version, pin.digest, coalesce(association.source_version, 0) AS promoted_version
  FROM promotion_pin AS pin
  JOIN promotion ON promotion.organization = pin.organization AND promotion.id = pin.promotion
  LEFT JOIN association ON association.organization = pin.organization AND association.source_asset = pin.asset
    AND association.destination_environment = promotion.destination_environment
  WHERE pin.organization = nullif(current_setting('countersign.organization', true), '')::uuid;
