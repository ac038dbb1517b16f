package com.omnify.launcher.fleet;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The TCP port of each member. */
public record FleetPorts(Map<Member, Integer> byMember) {

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
        try {
          ports.put(member, Integer.parseInt(fromEnvironment.strip()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              member.portVariable() + "=" + fromEnvironment + " is no port number", e);
        }
      } else {
        ports.put(member, member.defaultPort() + offset);
      }
    }
    return new FleetPorts(ports);
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
