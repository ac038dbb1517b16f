package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.External;
import com.omnify.launcher.fleet.FleetPorts;
import com.omnify.launcher.fleet.FleetSettings;
import com.omnify.launcher.fleet.Member;
import java.net.URI;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the fleet is to run: the same for {@code up} and {@code demo}. */
final class FleetOptions {

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the console and the API (OMNIFY_PORT; default: 8080).")
  private @Nullable Integer port;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "${env:OMNIFY_PORT_OFFSET:-0}",
      description =
          "Added to every default port, for a second fleet (OMNIFY_PORT_OFFSET; default: 0).")
  private int offset;

  @Option(
      names = "--ports",
      paramLabel = "NAME=PORT",
      split = ",",
      description =
          "Single ports, like postgresql=6432,kafka=9392,memory=9084 (or OMNIFY_<NAME>_PORT).")
  private Map<String, Integer> ports = new LinkedHashMap<>();

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "${env:OMNIFY_BIND:-127.0.0.1}",
      description =
          "Address that the console and the API listen on (OMNIFY_BIND; default: 127.0.0.1); the rest"
              + " never leaves this machine.")
  private String bind = "127.0.0.1";

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      defaultValue = "${env:OMNIFY_PUBLIC_URL}",
      description =
          "Where people and providers reach the gateway (OMNIFY_PUBLIC_URL; default:"
              + " http://localhost:PORT).")
  private @Nullable String publicUrl;

  @Option(names = "--no-aot", description = "Neither use nor train ahead-of-time caches.")
  private boolean noAot;

  @Option(
      names = {"-d", "--detach"},
      description = "Run in the background; returns when the fleet is ready.")
  private boolean detach;

  @SuppressWarnings("NullAway.Init")
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  DataOption data() {
    return data;
  }

  boolean detach() {
    return detach;
  }

  FleetSettings settings(boolean sandbox) {
    try {
      var asked = new EnumMap<Member, Integer>(Member.class);
      ports.forEach(
          (name, value) ->
              asked.put(
                  Member.named(name)
                      .orElseThrow(
                          () -> new IllegalArgumentException("--ports: nothing is called " + name)),
                  value));
      if (port != null) {
        asked.put(Member.CONSOLE, port);
      }
      var all = FleetPorts.of(offset, asked, System.getenv());
      var url =
          publicUrl == null || publicUrl.isBlank()
              ? "http://localhost:" + all.of(Member.CONSOLE)
              : publicUrl.replaceAll("/+$", "");
      return new FleetSettings(
          Omnify.project(),
          data.data(),
          all,
          bind,
          URI.create(url),
          sandbox,
          !noAot && !"off".equals(System.getenv("OMNIFY_AOT")),
          External.from(System.getenv()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  CommandLine commandLine() {
    return spec.commandLine();
  }
}
