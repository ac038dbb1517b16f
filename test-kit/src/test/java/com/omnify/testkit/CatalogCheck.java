package com.omnify.testkit;

import com.omnify.migrations.TableOwners;
import com.omnify.migrations.TableOwners.Rights;
import com.omnify.testkit.Catalog.Function;
import com.omnify.testkit.Catalog.FunctionRight;
import com.omnify.testkit.Catalog.Kind;
import com.omnify.testkit.Catalog.Membership;
import com.omnify.testkit.Catalog.Policy;
import com.omnify.testkit.Catalog.Relation;
import com.omnify.testkit.Catalog.Right;
import com.omnify.testkit.Catalog.SchemaRight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Compares the catalog with the list of owners, cell by cell: relation × verb × role, function ×
 * role, schema × verb × role. Pure: the same rows always give the same findings.
 */
final class CatalogCheck {

  private static final String SCHEMA = "omnify";
  private static final String OWNER = "omnify_owner";
  private static final String BACKGROUND = "omnify_background";

  /** Who may call what runs with its owner's rights; nothing else does. */
  private static final Map<String, Set<String>> DEFINERS =
      Map.of("omnify.ensure_partitions(integer)", Set.of("omnify_scheduler_bg"));

  private static final String MINE =
      "(%s = (NULLIF(current_setting('app.client'::text, true), ''::text))::uuid)";

  private final Catalog catalog;
  private final Map<String, Rights> listed;
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Integer> cells = new TreeMap<>();

  private CatalogCheck(Catalog catalog, List<Rights> list) {
    this.catalog = catalog;
    this.listed =
        list.stream().collect(Collectors.toMap(rights -> rights.table(), rights -> rights));
  }

  /**
   * What is wrong, and how much was looked at.
   *
   * @param cells how many cells were compared, by kind
   */
  record Result(List<String> findings, Map<String, Integer> cells) {}

  static Result of(Catalog catalog, List<Rights> list) {
    var check = new CatalogCheck(catalog, list);
    check.roles();
    check.catalog.relations().forEach(check::relation);
    check.functions();
    check.schemas();
    check.listedTablesAreThere();
    return new Result(List.copyOf(check.findings), Map.copyOf(check.cells));
  }

  private void roles() {
    for (var role : catalog.roles()) {
      cells.merge("role", 1, Integer::sum);
      if (role.bypassesRowSecurity() || role.createsRoles()) {
        find("role %s passes row-level security or makes roles", role.name());
      }
      if (role.login() && !isLogin(role.name()) && catalog.rights().stream().anyMatch(has(role))) {
        find("role %s logs in, has rights, and is no service's", role.name());
      }
    }
    var expected = new HashSet<Membership>();
    for (String service : TableOwners.SERVICES) {
      // SET but not INHERIT: the login sees across clients only where it says so
      expected.add(new Membership("omnify_" + service, "omnify_" + service + "_bg", false));
      expected.add(new Membership("omnify_" + service + "_bg", BACKGROUND, true));
    }
    difference(expected, catalog.memberships())
        .forEach(missing -> find("missing membership %s", missing));
    difference(catalog.memberships(), expected)
        .forEach(surplus -> find("%s is a member of %s", surplus.member(), surplus.of()));
  }

  private static Predicate<Right> has(Catalog.Role role) {
    return right -> right.role().equals(role.name());
  }

  private void relation(Relation relation) {
    String name = relation.qualified();
    String kind = relation.kind().name().toLowerCase(Locale.ROOT);
    if (relation.ownerIsAbove() || !relation.owner().equals(OWNER)) {
      find("%s %s belongs to %s", kind, name, relation.owner());
    }
    if (relation.kind() == Kind.VIEW && !relation.invoker()) {
      find("view %s reads with its owner's rights: it is no security_invoker", name);
    }
    if (relation.kind() == Kind.MATERIALIZED_VIEW && relation.ofClient()) {
      find("materialized_view %s holds clients' rows, and row-level security cannot bind it", name);
    }
    if (relation.kind() == Kind.TABLE) {
      rowSecurity(relation);
    }
    for (var role : catalog.roles()) {
      if (role.name().equals(OWNER)) {
        continue;
      }
      for (String verb : relation.verbs()) {
        cells.merge(kind, 1, Integer::sum);
        boolean may = catalog.rights().contains(new Right(role.name(), name, verb));
        boolean should = should(relation, role.name(), verb);
        if (may != should) {
          find("%s %s %s %s", role.name(), may ? "may" : "may not", verb, kind + " " + name);
        }
      }
    }
  }

  private void rowSecurity(Relation table) {
    Set<Policy> actual =
        catalog.policies().stream()
            .filter(policy -> policy.relation().equals(table.qualified()))
            .collect(Collectors.toSet());
    Set<Policy> expected = Set.of();
    if (table.ofClient()) {
      if (!table.rowSecurity()) {
        find("table %s has a client and no row-level security", table.qualified());
      }
      String mine = MINE.formatted(table.name().equals("clients") ? "id" : "client_id");
      expected =
          Set.of(
              new Policy(table.qualified(), "of_client", "ALL PERMISSIVE public", mine, mine),
              new Policy(
                  table.qualified(),
                  "of_background",
                  "ALL PERMISSIVE " + BACKGROUND,
                  "true",
                  "true"));
    }
    cells.merge("policy", expected.size(), Integer::sum);
    difference(expected, actual).forEach(missing -> find("missing policy %s", missing));
    difference(actual, expected).forEach(surplus -> find("surplus policy %s", surplus));
  }

  private boolean should(Relation relation, String role, String verb) {
    if (!relation.schema().equals(SCHEMA)) {
      return false;
    }
    if (relation.name().equals("flyway_schema_history")) {
      return verb.equals("SELECT") && isLogin(role);
    }
    Rights rights = listed.get(relation.name());
    if (rights == null || !TableOwners.SERVICES.contains(service(role))) {
      return false;
    }
    // partitions have names of their own, so they are on no list: nobody reaches them directly
    String service = service(role);
    return switch (verb) {
      case "SELECT" -> rights.owners().contains(service) || rights.readers().contains(service);
      case "INSERT" -> rights.owners().contains(service) || rights.inserters().contains(service);
      case "UPDATE", "DELETE" -> rights.owners().contains(service);
      default -> false;
    };
  }

  private void functions() {
    for (Function function : catalog.functions()) {
      String name = function.qualified();
      if (!function.owner().equals(OWNER)) {
        find("function %s belongs to %s", name, function.owner());
      }
      if (!function.definer()) {
        cells.merge("function", 1, Integer::sum);
        continue;
      }
      if (!DEFINERS.containsKey(name)) {
        find("function %s runs with its owner's rights and is on no list", name);
      }
      if (!function.pinsSearchPath()) {
        find("function %s runs with its owner's rights and no search_path of its own", name);
      }
      for (var role : catalog.roles()) {
        cells.merge("function", 1, Integer::sum);
        boolean may = catalog.functionRights().contains(new FunctionRight(role.name(), name));
        boolean should =
            role.name().equals(OWNER)
                || DEFINERS.getOrDefault(name, Set.of()).contains(role.name());
        if (may != should) {
          find("%s %s EXECUTE function %s", role.name(), may ? "may" : "may not", name);
        }
      }
    }
  }

  private void schemas() {
    for (SchemaRight right : catalog.schemaRights()) {
      cells.merge("schema", 1, Integer::sum);
      boolean ours = right.schema().equals(SCHEMA) && right.verb().equals("USAGE");
      boolean emptyPublic = right.schema().equals("public") && right.verb().equals("USAGE");
      if (!emptyPublic
          && !right.role().equals(OWNER)
          && !(ours && TableOwners.SERVICES.contains(service(right.role())))) {
        find("%s may %s in schema %s", right.role(), right.verb(), right.schema());
      }
    }
  }

  private void listedTablesAreThere() {
    Set<String> there =
        catalog.relations().stream()
            .filter(relation -> relation.schema().equals(SCHEMA))
            .map(Relation::name)
            .collect(Collectors.toSet());
    difference(listed.keySet(), there).forEach(gone -> find("there is no table %s", gone));
  }

  private static boolean isLogin(String role) {
    return role.startsWith("omnify_") && TableOwners.SERVICES.contains(role.substring(7));
  }

  private static String service(String role) {
    return role.startsWith("omnify_") ? role.substring(7).replaceAll("_bg$", "") : "";
  }

  private void find(String text, Object... parts) {
    findings.add(text.formatted(parts));
  }

  private static <T> Set<T> difference(Set<T> all, Set<T> without) {
    var rest = new HashSet<>(all);
    rest.removeAll(without);
    return rest;
  }
}
