package com.omnify.launcher.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/** The main class of the broker's own JVM. */
final class KafkaProcess {

  private KafkaProcess() {}

  /** First argument: the broker's settings; second: the file that says it is ready. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "com/omnify/launcher/kafka/logback-kafka.xml");
    var settings = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      settings.load(reader);
    }
    var ready = Path.of(arguments[1]);
    format(Path.of(settings.getProperty("log.dirs")));

    var server = new KafkaRaftServer(KafkaConfig.apply(settings, false), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
    server.startup();
    // for the training of the AOT cache: all classes of a start are loaded now
    if (Boolean.getBoolean("omnify.exit-when-ready")) {
      System.exit(0);
    }
    Files.writeString(ready, Long.toString(ProcessHandle.current().pid()));
    server.awaitShutdown();
  }

  private static void format(Path data) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    refuseForeign(data);
    new Formatter()
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setIgnoreFormatted(true)
        .setPrintStream(System.out)
        .run();
  }

  private static void refuseForeign(Path data) throws IOException {
    try (var content = Files.list(data)) {
      if (content.anyMatch(Files::isRegularFile)) {
        throw new IOException(data + " is not empty and no Kafka data directory");
      }
    }
  }
}
