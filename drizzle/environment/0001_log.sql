-- The append-only log of one database: per organization an RFC 6962 tree whose leaves are CloudEvents envelopes.

-- The name this database signs under; one row, written by `migrate`.
CREATE TABLE log_store (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  origin text NOT NULL CHECK (origin ~ '^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$')
);
--> statement-breakpoint

CREATE FUNCTION log_origin() RETURNS text LANGUAGE sql STABLE
  RETURN (SELECT origin FROM log_store) || '/' || current_organization()::text;
--> statement-breakpoint

-- `frontier` holds the roots of the complete subtrees, largest first; `transaction` is the last one that appended.
CREATE TABLE log_head (
  organization uuid PRIMARY KEY,
  size bigint NOT NULL CHECK (size >= 0),
  root digest NOT NULL,
  frontier bytea[] NOT NULL,
  time timestamptz NOT NULL,
  transaction xid8 NOT NULL
);
--> statement-breakpoint
CREATE INDEX log_head_time ON log_head (time);
--> statement-breakpoint

-- C2SP tlog-tiles carry an entry's length in 16 bits.
CREATE TABLE log_entry (
  organization uuid NOT NULL,
  index bigint NOT NULL CHECK (index >= 0),
  id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz NOT NULL,
  leaf bytea NOT NULL CHECK (octet_length(leaf) <= 65535),
  leaf_hash digest NOT NULL,
  PRIMARY KEY (organization, index),
  UNIQUE (organization, id)
);
--> statement-breakpoint

-- Roots of complete subtrees from level 1 up; level 0 is `log_entry.leaf_hash`.
CREATE TABLE log_node (
  organization uuid NOT NULL,
  level smallint NOT NULL CHECK (level > 0),
  index bigint NOT NULL CHECK (index >= 0),
  hash digest NOT NULL,
  PRIMARY KEY (organization, level, index)
);
--> statement-breakpoint

-- Which login may append which type.
CREATE TABLE log_right (
  role name NOT NULL,
  type text NOT NULL CHECK (type ~ '^[A-Za-z0-9/._-]+$'),
  PRIMARY KEY (role, type)
);
--> statement-breakpoint

-- Names, addresses and free text stand here, committed to by the leaves and erasable without touching them.
CREATE TABLE erasable_text (
  organization uuid NOT NULL,
  id uuid NOT NULL,
  text text,
  salt bytea,
  commitment digest NOT NULL,
  PRIMARY KEY (organization, id),
  CHECK ((text IS NULL) = (salt IS NULL)),
  CHECK (text IS NULL OR (octet_length(salt) = 16 AND commitment = sha256(salt || convert_to(text, 'UTF8'))))
);
--> statement-breakpoint

-- The last statement of a transaction, once: the head stays locked from here to the commit, which makes the log
-- gapless and ordered by commit. Time and position are known only under that lock, so the leaf is built here.
CREATE FUNCTION append(ids uuid[], types text[], subjects text[], datas bytea[])
RETURNS TABLE (entry_id uuid, entry_index bigint, entry_time timestamptz, entry_leaf_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  here constant uuid := current_organization();
  origin constant text := log_origin();
  head log_head;
  now_here timestamptz;
  leaf bytea;
  node bytea;
  level smallint;
  place bigint;
BEGIN
  IF here IS NULL THEN
    RAISE EXCEPTION 'append needs an organization' USING ERRCODE = 'CS001';
  END IF;
  IF cardinality(ids) = 0 OR cardinality(ids) <> cardinality(types) OR cardinality(ids) <> cardinality(subjects)
     OR cardinality(ids) <> cardinality(datas) THEN
    RAISE EXCEPTION 'append needs as many ids, types, subjects and datas, at least one' USING ERRCODE = 'CS002';
  END IF;
  IF EXISTS (SELECT FROM unnest(types) AS asked(type) WHERE NOT EXISTS (
      SELECT FROM log_right WHERE log_right.role = session_user AND log_right.type = asked.type)) THEN
    RAISE EXCEPTION 'this login may not append an entry of that type' USING ERRCODE = 'insufficient_privilege';
  END IF;

  INSERT INTO log_head VALUES (here, 0, sha256(''), '{}', '-infinity', '0') ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT head FROM log_head WHERE log_head.organization = here FOR UPDATE;
  IF head.transaction = pg_current_xact_id() THEN
    RAISE EXCEPTION 'append is called once in a transaction' USING ERRCODE = 'CS003';
  END IF;
  now_here := greatest(clock_timestamp(), head.time);

  FOR i IN 1 .. cardinality(ids) LOOP
    IF subjects[i] !~ '^[A-Za-z0-9/._-]+$' THEN
      RAISE EXCEPTION 'the subject of an entry may hold letters, digits and / . _ -' USING ERRCODE = 'CS004';
    END IF;
    IF NOT convert_from(datas[i], 'UTF8') IS JSON OBJECT WITH UNIQUE KEYS THEN
      RAISE EXCEPTION 'the data of an entry is a JSON object with unique keys' USING ERRCODE = 'CS005';
    END IF;
    -- Numbers may be JSON and still too large to be read; control could never follow past such an entry.
    PERFORM convert_from(datas[i], 'UTF8')::jsonb;
    leaf := convert_to('{"data":', 'UTF8') || datas[i] || convert_to(
      ',"id":"' || ids[i] || '","source":"' || origin || '","specversion":"1.0","subject":"' || subjects[i]
      || '","time":"' || to_char(now_here AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      || '","type":"' || types[i] || '"}', 'UTF8');

    -- RFC 6962 section 2.1: a finished pair becomes a node, as far up as this leaf completes subtrees.
    node := sha256('\x00'::bytea || leaf);
    INSERT INTO log_entry VALUES (here, head.size, ids[i], types[i], subjects[i], now_here, leaf, node);
    entry_id := ids[i]; entry_index := head.size; entry_time := now_here; entry_leaf_hash := node;
    RETURN NEXT;
    level := 0;
    place := head.size;
    WHILE place % 2 = 1 LOOP
      node := sha256('\x01'::bytea || head.frontier[cardinality(head.frontier)] || node);
      head.frontier := trim_array(head.frontier, 1);
      level := level + 1;
      place := place / 2;
      INSERT INTO log_node VALUES (here, level, place, node);
    END LOOP;
    head.frontier := head.frontier || node;
    head.size := head.size + 1;
  END LOOP;

  node := head.frontier[cardinality(head.frontier)];
  FOR i IN REVERSE cardinality(head.frontier) - 1 .. 1 LOOP
    node := sha256('\x01'::bytea || head.frontier[i] || node);
  END LOOP;
  UPDATE log_head SET size = head.size, root = node, frontier = head.frontier, time = now_here,
    transaction = pg_current_xact_id() WHERE log_head.organization = here;
END $$;
--> statement-breakpoint

CREATE FUNCTION grow_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.size <= OLD.size OR NEW.time < OLD.time THEN
    RAISE EXCEPTION 'a log only grows' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION grow_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE log_head ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

-- A text may be blanked, once; its commitment stays.
CREATE FUNCTION blank_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.organization <> OLD.organization OR NEW.id <> OLD.id
     OR NEW.commitment <> OLD.commitment OR NEW.text IS NOT NULL THEN
    RAISE EXCEPTION 'a text may only be erased' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON erasable_text FOR EACH ROW EXECUTE FUNCTION blank_only();
--> statement-breakpoint
CREATE TRIGGER keep_table BEFORE TRUNCATE ON erasable_text FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
--> statement-breakpoint
ALTER TABLE erasable_text ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table;
--> statement-breakpoint

CALL keep_forever('log_entry', 'log_node');
--> statement-breakpoint
CALL keep_by_organization('log_head', 'log_entry', 'log_node', 'erasable_text');
--> statement-breakpoint

-- For followers and the signer: whose log has grown. Commits may be out of order, so the caller overlaps `since`.
CREATE FUNCTION log_heads_since(since timestamptz)
RETURNS TABLE (organization uuid, size bigint, "time" timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT log_head.organization, log_head.size, log_head.time FROM log_head WHERE log_head.time >= since
$$;
--> statement-breakpoint
GRANT SELECT ON log_head TO across_organizations;
--> statement-breakpoint
CALL give_to_across_organizations('log_heads_since(timestamptz)');
