package com.omnify.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a template may name. The scheduler checks templates against it when they are saved, the
 * channel workers fill exactly these when they render.
 */
public final class TemplateVariables {

  /** The contact's custom fields: {@code custom.<field>}. */
  public static final String CUSTOM = "custom";

  /**
   * A name or an address: a text that lacks it would read as broken, so where it is empty and has
   * no default the message is held visibly instead of being sent.
   */
  private static final Set<String> IDENTITY =
      ordered(
          "first_name",
          "last_name",
          "full_name",
          "company",
          "phone",
          "email",
          "state",
          "postal_code",
          "client_name",
          "client_phone",
          "client_website",
          "client_address",
          "client_service_area");

  private static final Set<String> OTHER =
      ordered(
          "last_sms_reply", "last_channel_used", "days_since_first_contact", "interaction_count");

  private static final Set<String> NAMES = union(IDENTITY, OTHER);

  private TemplateVariables() {}

  /** Every plain name; {@code custom.<field>} comes on top. */
  public static Set<String> names() {
    return NAMES;
  }

  /**
   * Whether a template may use it.
   *
   * @param path a name, or {@code custom.<field>}
   */
  public static boolean known(String path) {
    return NAMES.contains(path) || isCustom(path);
  }

  /** Whether an empty value without a default holds the message. */
  public static boolean isIdentity(String path) {
    return IDENTITY.contains(path);
  }

  public static boolean isCustom(String path) {
    return path.startsWith(CUSTOM + ".") && path.length() > CUSTOM.length() + 1;
  }

  /** Known names that the author may have meant, nearest first; at most three. */
  public static List<String> near(String path) {
    Map<Integer, List<String>> byDistance = new TreeMap<>();
    for (String name : NAMES) {
      int distance = distance(squeezed(path), squeezed(name));
      boolean shares = name.startsWith(path + "_") || name.endsWith("_" + path);
      if (distance <= Math.max(2, name.length() / 3) || shares) {
        byDistance.computeIfAbsent(distance, _ -> new ArrayList<>()).add(name);
      }
    }
    return byDistance.values().stream().flatMap(List::stream).limit(3).toList();
  }

  /** {@code contact.firstName}, {@code FirstName} and {@code first-name} all mean first_name. */
  private static String squeezed(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return last.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(Math.min(row[j - 1], above) + 1, changed);
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private static Set<String> ordered(String... names) {
    return java.util.Collections.unmodifiableSet(new LinkedHashSet<>(List.of(names)));
  }

  private static Set<String> union(Set<String> first, Set<String> second) {
    var all = new LinkedHashSet<>(first);
    all.addAll(second);
    return java.util.Collections.unmodifiableSet(all);
  }
}
