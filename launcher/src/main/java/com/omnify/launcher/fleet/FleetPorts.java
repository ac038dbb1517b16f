package com.omnify.launcher.fleet;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The TCP port of each member.
 *
 * @param smtp the sandbox's second one
 * @param imap its third
 */
public record FleetPorts(Map<Member, Integer> byMember, int smtp, int imap) {

  private static final String SMTP_VARIABLE = "OMNIFY_SANDBOX_SMTP_PORT";
  private static final String IMAP_VARIABLE = "OMNIFY_SANDBOX_IMAP_PORT";

  public FleetPorts {
    var taken = new HashMap<Integer, Member>();
    byMember.forEach(
        (member, port) -> {
          if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                "%s would have port %d; ports go from 1 to 65535".formatted(member.title(), port));
          }
          var other = taken.put(port, member);
          if (other != null) {
            throw new IllegalArgumentException(
                "%s and %s would share port %d".formatted(other.title(), member.title(), port));
          }
        });
    free(smtp, SMTP_VARIABLE, taken.keySet());
    free(imap, IMAP_VARIABLE, taken.keySet());
    if (smtp == imap) {
      throw new IllegalArgumentException("SMTP and IMAP would share port " + smtp);
    }
    byMember = Map.copyOf(byMember);
  }

  /**
   * What was asked for one member wins over the environment, the environment over default plus
   * offset.
   *
   * @throws IllegalArgumentException when a port is no number, out of range, or taken twice
   */
  public static FleetPorts of(
      int offset, Map<Member, Integer> asked, Map<String, String> environment) {
    var ports = new EnumMap<Member, Integer>(Member.class);
    for (var member : Member.values()) {
      var fromEnvironment = environment.get(member.portVariable());
      if (asked.containsKey(member)) {
        ports.put(member, asked.get(member));
      } else if (fromEnvironment != null && !fromEnvironment.isBlank()) {
        ports.put(member, number(member.portVariable(), fromEnvironment));
      } else {
        ports.put(member, member.defaultPort() + offset);
      }
    }
    int sandbox = Objects.requireNonNull(ports.get(Member.SANDBOX));
    return new FleetPorts(
        ports,
        number(SMTP_VARIABLE, environment, sandbox + 1),
        number(IMAP_VARIABLE, environment, sandbox + 2));
  }

  private static void free(int port, String variable, Set<Integer> taken) {
    if (port < 1 || port > 65535 || taken.contains(port)) {
      throw new IllegalArgumentException(
          "the sandbox's mail would be on port %d; set %s to a free one from 1 to 65535"
              .formatted(port, variable));
    }
  }

  private static int number(String variable, Map<String, String> environment, int otherwise) {
    var value = environment.get(variable);
    return value == null || value.isBlank() ? otherwise : number(variable, value);
  }

  private static int number(String variable, String value) {
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(variable + "=" + value + " is no port number", e);
    }
  }

  public int of(Member member) {
    var port = byMember.get(member);
    if (port == null) {
      throw new IllegalArgumentException("no port for " + member);
    }
    return port;
  }

  public List<Integer> all() {
    return List.copyOf(byMember.values());
  }
}
