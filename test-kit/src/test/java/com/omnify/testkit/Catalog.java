package com.omnify.testkit;

import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the database's own catalog says of who may do what: everything in every schema that is not
 * PostgreSQL's own, so that nothing hides beside ours.
 */
record Catalog(
    List<Role> roles,
    Set<Membership> memberships,
    List<Relation> relations,
    Set<Policy> policies,
    Set<Right> rights,
    List<Function> functions,
    Set<FunctionRight> functionRights,
    Set<SchemaRight> schemaRights) {

  static final List<String> TABLE_VERBS =
      List.of(
          "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN");
  static final List<String> SEQUENCE_VERBS = List.of("SELECT", "USAGE", "UPDATE");

  enum Kind {
    TABLE,
    PARTITION,
    VIEW,
    MATERIALIZED_VIEW,
    SEQUENCE,
    FOREIGN_TABLE
  }

  /** A role that is no superuser; PUBLIC, which is everybody, is among them. */
  record Role(String name, boolean login, boolean bypassesRowSecurity, boolean createsRoles) {}

  record Membership(String member, String of, boolean inherits) {}

  /**
   * Something that holds rows.
   *
   * @param ownerIsAbove whether its owner is a superuser or passes row-level security
   * @param invoker a view that reads with the rights of who asks, not of who owns it
   */
  record Relation(
      String schema,
      String name,
      Kind kind,
      String owner,
      boolean ownerIsAbove,
      boolean ofClient,
      boolean rowSecurity,
      boolean invoker) {

    String qualified() {
      return schema + "." + name;
    }

    List<String> verbs() {
      return kind == Kind.SEQUENCE ? SEQUENCE_VERBS : TABLE_VERBS;
    }
  }

  record Policy(String relation, String name, String roles, String rows, String newRows) {}

  /** That a role has a right on a relation, or on a column of it, however it came by it. */
  record Right(String role, String relation, String verb) {}

  record Function(
      String schema, String signature, String owner, boolean definer, boolean pinsSearchPath) {

    String qualified() {
      return schema + "." + signature;
    }
  }

  record FunctionRight(String role, String function) {}

  record SchemaRight(String role, String schema, String verb) {}

  static Catalog read(JdbcClient db) {
    return new Catalog(
        db.sql(
                """
                SELECT rolname AS name, rolcanlogin AS login, rolbypassrls AS bypasses_row_security,
                  rolcreaterole OR rolcreatedb OR rolreplication AS creates_roles
                FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%'
                UNION ALL SELECT 'public', false, false, false
                ORDER BY 1
                """)
            .query(Role.class)
            .list(),
        db.sql(
                """
                SELECT m.rolname AS member, o.rolname AS of, a.inherit_option AS inherits
                FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles o ON o.oid = a.roleid
                WHERE NOT m.rolsuper AND m.rolname NOT LIKE 'pg\\_%'
                """)
            .query(Membership.class)
            .set(),
        db.sql(
                """
                SELECT n.nspname AS schema, c.relname AS name,
                  CASE WHEN c.relispartition THEN 'PARTITION' WHEN c.relkind IN ('r', 'p') THEN 'TABLE'
                    WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relkind = 'm' THEN 'MATERIALIZED_VIEW'
                    WHEN c.relkind = 'S' THEN 'SEQUENCE' ELSE 'FOREIGN_TABLE' END AS kind,
                  o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_is_above,
                  EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                    AND (a.attname = 'client_id' OR c.relname = 'clients' AND a.attname = 'id')) AS of_client,
                  c.relrowsecurity AS row_security,
                  coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false) AS invoker
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                  AND n.nspname NOT LIKE 'pg\\_%'
                ORDER BY 1, 2
                """)
            .query(Relation.class)
            .list(),
        db.sql(
                """
                SELECT schemaname || '.' || tablename AS relation, policyname AS name,
                  cmd || ' ' || permissive || ' ' || array_to_string(roles, ',') AS roles,
                  coalesce(qual, '') AS rows, coalesce(with_check, '') AS new_rows
                FROM pg_policies
                """)
            .query(Policy.class)
            .set(),
        db.sql(
                """
                WITH role AS (
                  SELECT rolname::text AS name FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%'
                  UNION ALL SELECT 'public'),
                relation AS (
                  SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema'
                    AND n.nspname NOT LIKE 'pg\\_%')
                SELECT role.name AS role, relation.name AS relation, verb
                FROM role CROSS JOIN relation CROSS JOIN unnest(:verbs::text[]) AS verb
                WHERE relkind <> 'S' AND (has_table_privilege(role.name, relation.oid, verb)
                  OR verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                    AND has_any_column_privilege(role.name, relation.oid, verb))
                UNION ALL
                SELECT role.name, relation.name, verb
                FROM role CROSS JOIN relation CROSS JOIN unnest(:sequence_verbs::text[]) AS verb
                -- not by AND: the planner may ask the second half of it first
                WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(role.name, relation.oid, verb) END
                """)
            .param("verbs", TABLE_VERBS.toArray(String[]::new))
            .param("sequence_verbs", SEQUENCE_VERBS.toArray(String[]::new))
            .query(Right.class)
            .set(),
        db.sql(
                """
                SELECT n.nspname AS schema, p.oid::regprocedure::text AS signature, o.rolname AS owner,
                  p.prosecdef AS definer,
                  EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%') AS pins_search_path
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
                WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
                ORDER BY 1, 2
                """)
            .query(
                (row, _) ->
                    new Function(
                        row.getString("schema"),
                        bare(row.getString("signature")),
                        row.getString("owner"),
                        row.getBoolean("definer"),
                        row.getBoolean("pins_search_path")))
            .list(),
        db.sql(
                """
                SELECT role.name AS role, n.nspname AS schema, p.oid::regprocedure::text AS signature
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                CROSS JOIN (SELECT rolname::text AS name FROM pg_roles
                  WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%' UNION ALL SELECT 'public') role
                WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
                  AND has_function_privilege(role.name, p.oid, 'EXECUTE')
                """)
            .query(
                (row, _) ->
                    new FunctionRight(
                        row.getString("role"),
                        row.getString("schema") + "." + bare(row.getString("signature"))))
            .set(),
        db.sql(
                """
                SELECT role.name AS role, n.nspname AS schema, verb
                FROM pg_namespace n CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS verb
                CROSS JOIN (SELECT rolname::text AS name FROM pg_roles
                  WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%' UNION ALL SELECT 'public') role
                WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
                  AND has_schema_privilege(role.name, n.oid, verb)
                """)
            .query(SchemaRight.class)
            .set());
  }

  /** A signature is written with its schema where that is not on the search path. */
  private static String bare(String signature) {
    int dot = signature.lastIndexOf('.', signature.indexOf('('));
    return signature.substring(dot + 1);
  }
}
