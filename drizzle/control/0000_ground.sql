-- What every other migration stands on: the digest type, the organization a transaction speaks for,
-- the two row-level policies, and the triggers that refuse changes.

CREATE DOMAIN digest AS bytea CHECK (octet_length(VALUE) = 32);
--> statement-breakpoint

-- Null outside `withOrganization`; a comparison with null admits no row.
CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('countersign.organization', true), '')::uuid;
--> statement-breakpoint

-- One permissive policy lets grants decide; one restrictive policy keeps every row to its organization, so that no
-- later permissive policy can open it. The one exception is a role that cannot log in and owns a few functions.
CREATE PROCEDURE keep_by_organization(VARIADIC tables regclass[]) LANGUAGE plpgsql AS $$
DECLARE
  tenant_table regclass;
  condition constant text := 'organization = nullif(current_setting(''countersign.organization'', true), '''')::uuid'
    ' OR current_user = ''across_organizations''';
BEGIN
  FOREACH tenant_table IN ARRAY tables LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY grants_decide ON %s AS PERMISSIVE FOR ALL TO PUBLIC USING (true) WITH CHECK (true)',
                   tenant_table);
    EXECUTE format('CREATE POLICY one_organization ON %s AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)',
                   tenant_table, condition, condition);
  END LOOP;
END $$;
--> statement-breakpoint

CREATE FUNCTION deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% keeps its rows: % is refused', TG_TABLE_NAME, lower(TG_OP)
    USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint

-- ENABLE ALWAYS holds under session_replication_role = replica too; TRUNCATE fires no row trigger, so it has its own.
CREATE PROCEDURE keep_forever(VARIADIC tables regclass[]) LANGUAGE plpgsql AS $$
DECLARE
  kept_table regclass;
BEGIN
  FOREACH kept_table IN ARRAY tables LOOP
    EXECUTE format('CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION deny_change()',
                   kept_table);
    EXECUTE format('CREATE TRIGGER keep_table BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION deny_change()',
                   kept_table);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table', kept_table);
  END LOOP;
END $$;
--> statement-breakpoint

GRANT USAGE ON SCHEMA public TO across_organizations;
--> statement-breakpoint

-- The few functions that look across organizations belong to a role that cannot log in. Only the migrator, a member of
-- both, may hand them over; the role may create objects for that moment alone.
CREATE PROCEDURE give_to_across_organizations(VARIADIC functions regprocedure[]) LANGUAGE plpgsql AS $$
DECLARE
  given regprocedure;
BEGIN
  GRANT CREATE ON SCHEMA public TO across_organizations;
  RESET ROLE;
  FOREACH given IN ARRAY functions LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO across_organizations', given);
  END LOOP;
  SET ROLE owner;
  REVOKE CREATE ON SCHEMA public FROM across_organizations;
END $$;
