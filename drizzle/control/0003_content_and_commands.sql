-- Content by digest, what people asked for, and the numbered streams that record the answers.

-- Erasure blanks the bytes; the digest stays, and the blanked row refuses the same bytes when they come again.
CREATE TABLE content (
  organization uuid NOT NULL,
  digest digest NOT NULL,
  bytes bytea,
  PRIMARY KEY (organization, digest),
  CHECK (bytes IS NULL OR sha256(bytes) = digest)
);
--> statement-breakpoint

-- Rows hold references, not bodies: an answer is rendered again from what it speaks of.
CREATE TABLE idempotency_key (
  organization uuid NOT NULL,
  actor uuid NOT NULL,
  operation text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint digest NOT NULL,
  resource uuid NOT NULL,
  version integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, actor, operation, key)
);
--> statement-breakpoint

-- One numbered story: of a promotion, of its rollout, or of one act in production. `seq` is the newest event's number.
CREATE TABLE stream (
  organization uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('promotion', 'rollout', 'production-command')),
  id uuid NOT NULL,
  seq integer NOT NULL DEFAULT 0 CHECK (seq >= 0),
  PRIMARY KEY (organization, kind, id)
);
--> statement-breakpoint

-- Only `api` inserts: whoever else speaks for a person is contradicted by this row. `arguments` are canonical JSON
-- with ids of texts and digests of content in place of both.
CREATE TABLE command (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  stream_kind text NOT NULL,
  stream uuid NOT NULL,
  kind text NOT NULL CHECK (kind ~ '^[a-z][a-z-]*$'),
  person uuid NOT NULL,
  actor uuid NOT NULL,
  api_key uuid NOT NULL,
  arguments bytea NOT NULL CHECK (octet_length(arguments) <= 65536),
  fingerprint digest NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, id),
  UNIQUE (organization, id, person),
  FOREIGN KEY (organization, person) REFERENCES person (organization, id),
  FOREIGN KEY (organization, actor) REFERENCES actor (organization, id),
  FOREIGN KEY (organization, api_key) REFERENCES api_key (organization, id)
);
--> statement-breakpoint
CREATE INDEX command_stream ON command (organization, stream_kind, stream, created_at);
--> statement-breakpoint

CREATE TABLE stream_event (
  organization uuid NOT NULL,
  stream_kind text NOT NULL,
  stream uuid NOT NULL,
  seq integer NOT NULL CHECK (seq >= 1),
  type text NOT NULL CHECK (type ~ '^[a-z][a-z-]*$'),
  data bytea NOT NULL,
  command text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, stream_kind, stream, seq),
  FOREIGN KEY (organization, stream_kind, stream) REFERENCES stream (organization, kind, id)
);
--> statement-breakpoint

-- The one answer a command ever gets. `command` is a command's id, or the name of a step of the workflow's own.
CREATE TABLE answer (
  organization uuid NOT NULL,
  stream_kind text NOT NULL,
  stream uuid NOT NULL,
  command text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused')),
  code text NOT NULL CHECK (code ~ '^[a-z][a-z-]*$'),
  detail text NOT NULL,
  answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization, stream_kind, stream, command),
  FOREIGN KEY (organization, stream_kind, stream) REFERENCES stream (organization, kind, id)
);
--> statement-breakpoint

-- Workflows to be started. The row is written with what it starts and repaired by the relay.
CREATE TABLE outbox (
  organization uuid NOT NULL,
  stream_kind text NOT NULL,
  stream uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  PRIMARY KEY (organization, stream_kind, stream),
  FOREIGN KEY (organization, stream_kind, stream) REFERENCES stream (organization, kind, id)
);
--> statement-breakpoint
CREATE INDEX outbox_open ON outbox (created_at) WHERE delivered_at IS NULL;
--> statement-breakpoint

-- Repeats of one refusal within a minute are counted into the next entry instead of making entries of their own.
CREATE TABLE denial (
  organization uuid NOT NULL,
  person uuid NOT NULL,
  code text NOT NULL,
  subject text NOT NULL,
  logged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  repeats integer NOT NULL DEFAULT 0,
  PRIMARY KEY (organization, person, code, subject)
);
--> statement-breakpoint

CREATE FUNCTION open_stream() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO stream (organization, kind, id) VALUES (NEW.organization, TG_ARGV[0], NEW.id);
  INSERT INTO outbox (organization, stream_kind, stream) VALUES (NEW.organization, TG_ARGV[0], NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint

-- Erasing blanks bytes; nothing else about content changes, and blanked content stays blank.
CREATE FUNCTION blank_content_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.bytes IS NOT NULL THEN RETURN NEW; END IF;
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.digest <> OLD.digest OR NEW.bytes IS NOT NULL THEN
    RAISE EXCEPTION 'content comes with its bytes and may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE INSERT OR UPDATE OR DELETE ON content FOR EACH ROW EXECUTE FUNCTION blank_content_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON content FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE content ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint
CALL keep_forever('command', 'stream_event', 'answer');
--> statement-breakpoint
CALL keep_by_organization('content', 'idempotency_key', 'stream', 'command', 'stream_event', 'answer', 'outbox',
  'denial');
--> statement-breakpoint

-- What the relay has to deliver: workflows not yet known to be started, and commands without an answer. The grace
-- leaves the API its own try first.
CREATE FUNCTION due_deliveries(grace interval, most integer)
RETURNS TABLE (kind text, organization uuid, stream_kind text, stream uuid, command uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  (SELECT 'start', outbox.organization, outbox.stream_kind, outbox.stream, null::uuid
   FROM outbox WHERE delivered_at IS NULL AND created_at < clock_timestamp() - grace ORDER BY created_at LIMIT most)
  UNION ALL
  (SELECT 'command', command.organization, command.stream_kind, command.stream, command.id
   FROM command WHERE created_at < clock_timestamp() - grace AND kind NOT IN ('request') AND NOT EXISTS (
     SELECT FROM answer WHERE answer.organization = command.organization AND answer.stream_kind = command.stream_kind
       AND answer.stream = command.stream AND answer.command = command.id::text)
   ORDER BY created_at LIMIT most)
$$;
--> statement-breakpoint
GRANT SELECT ON outbox, command, answer TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('due_deliveries(interval, integer)');
