package com.omnify.launcher.fleet;

import java.net.URI;
import java.nio.file.Path;

/**
 * How the fleet is to run.
 *
 * @param project where the sources and the built class paths are
 * @param bind the address that the gateway listens on; everything else stays on 127.0.0.1
 * @param publicUrl under which people and providers reach the gateway
 * @param sandbox with simulated providers, and with a clock that may be changed
 * @param aot use and train ahead-of-time caches
 */
public record FleetSettings(
    Path project,
    DataDirectory data,
    FleetPorts ports,
    String bind,
    URI publicUrl,
    boolean sandbox,
    boolean aot,
    External external) {}
