package com.omnify.realmail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Debian's postfix and dovecot with a configuration of their own, on loopback: a relay that wants
 * STARTTLS and AUTH, a server that keeps mailboxes, and one that refuses.
 */
final class MailServers implements AutoCloseable {

  static final String PASSWORD = "secret";
  static final String SENDER = "office@sender.test";
  static final String JANE = "jane@home.test";
  static final String FULL = "full@home.test";

  final int submission = freePort();
  final int imap = freePort();
  private final int lmtp = freePort();
  private final int refusing = freePort();
  private final int closed = freePort();
  private final Path at;

  MailServers() throws IOException, InterruptedException {
    at = Files.createTempDirectory("omnify-mail-");
    Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("conf", "spool", "data", "run", "mail")) {
      Files.createDirectory(at.resolve(name));
    }
    run("chown", "postfix", at.resolve("data").toString());
    run("chown", "nobody:nogroup", at.resolve("mail").toString());
    certificate();
    write("users", users());
    write("dovecot.conf", dovecot());
    write("transport", transports());
    write("refusals", refusals());
    write("main.cf", main());
    write("master.cf", master());
    run("dovecot", "-c", conf("dovecot.conf"));
    run("postfix", "-c", conf(""), "start");
  }

  static boolean installed() {
    return Files.isExecutable(Path.of("/usr/sbin/postfix"))
        && Files.isExecutable(Path.of("/usr/sbin/dovecot"))
        && Files.isDirectory(Path.of("/usr/lib/dovecot/modules"))
        && "root".equals(System.getProperty("user.name"));
  }

  /** By which the relay proves itself. */
  Path certificateFile() {
    return at.resolve("conf/cert.pem");
  }

  private String conf(String name) {
    return at.resolve("conf").resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(at.resolve("conf").resolve(name), text);
  }

  private void certificate() throws IOException, InterruptedException {
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        conf("key.pem"),
        "-out",
        conf("cert.pem"));
  }

  private static String users() {
    return """
        %s:{plain}%s::::::
        %s:{plain}%s::::::
        %s:{plain}%s::::::userdb_quota_rule=*:bytes=1
        """
        .formatted(SENDER, PASSWORD, JANE, PASSWORD, FULL, PASSWORD);
  }

  private String dovecot() {
    return """
        base_dir = %1$s/run
        state_dir = %1$s/run
        log_path = %1$s/dovecot.log
        protocols = imap lmtp
        listen = 127.0.0.1
        ssl = no
        disable_plaintext_auth = no
        auth_mechanisms = plain login
        first_valid_uid = 1
        mail_location = maildir:%1$s/mail/%%u
        mail_plugins = quota
        lmtp_rcpt_check_quota = yes
        plugin {
          quota = maildir:User quota
          quota_rule = *:storage=100M
        }
        passdb {
          driver = passwd-file
          args = username_format=%%u %1$s/conf/users
        }
        userdb {
          driver = passwd-file
          args = username_format=%%u %1$s/conf/users
          default_fields = uid=nobody gid=nogroup home=%1$s/mail/%%u
        }
        service auth {
          unix_listener %1$s/run/relay-auth {
            mode = 0660
            user = postfix
            group = postfix
          }
        }
        service lmtp {
          inet_listener lmtp {
            address = 127.0.0.1
            port = %2$d
          }
        }
        service imap-login {
          inet_listener imap {
            address = 127.0.0.1
            port = %3$d
          }
          inet_listener imaps {
            port = 0
          }
        }
        """
        .formatted(at, lmtp, imap);
  }

  private String transports() {
    return """
        sender.test lmtp:inet:127.0.0.1:%1$d
        home.test lmtp:inet:127.0.0.1:%1$d
        spam.test smtp:[127.0.0.1]:%2$d
        busy.test smtp:[127.0.0.1]:%2$d
        down.test smtp:[127.0.0.1]:%3$d
        """
        .formatted(lmtp, refusing, closed);
  }

  private static String refusals() {
    return """
        spam.test 550 5.7.1 Our system has detected that this message is likely unsolicited mail
        busy.test 451 4.7.1 Too many connections, try again later
        """;
  }

  private String main() {
    return """
        compatibility_level = 3.6
        queue_directory = %1$s/spool
        data_directory = %1$s/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = %1$s/mail.log
        maillog_file_prefixes = %1$s
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mx.sender.test
        mydestination =
        local_recipient_maps =
        relay_domains =
        mynetworks =
        transport_maps = texthash:%1$s/conf/transport
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_reject_unlisted_recipient = no
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = %1$s/run/relay-auth
        smtpd_tls_security_level = encrypt
        smtpd_tls_auth_only = yes
        smtpd_tls_cert_file = %1$s/conf/cert.pem
        smtpd_tls_key_file = %1$s/conf/key.pem
        smtp_tls_security_level = none
        smtputf8_enable = no
        maximal_queue_lifetime = 12s
        bounce_queue_lifetime = 60s
        delay_warning_time = 4s
        queue_run_delay = 2s
        minimal_backoff_time = 2s
        maximal_backoff_time = 3s
        """
        .formatted(at);
  }

  private String master() {
    var services = new ArrayList<String>();
    services.add("127.0.0.1:%d inet n - n - - smtpd".formatted(submission));
    services.add(
        ("127.0.0.1:%d inet n - n - - smtpd -o smtpd_tls_security_level=none"
                + " -o smtpd_sasl_auth_enable=no -o smtpd_relay_restrictions=permit"
                + " -o { smtpd_recipient_restrictions = check_recipient_access texthash:%s, reject }")
            .formatted(refusing, conf("refusals")));
    services.add("pickup unix n - n 60 1 pickup");
    services.add("cleanup unix n - n - 0 cleanup");
    services.add("qmgr unix n - n 300 1 qmgr");
    services.add("tlsmgr unix - - n 1000? 1 tlsmgr");
    services.add("rewrite unix - - n - - trivial-rewrite");
    for (String name : List.of("bounce", "defer", "trace")) {
      services.add(name + " unix - - n - 0 bounce");
    }
    services.add("verify unix - - n - 1 verify");
    services.add("flush unix n - n 1000? 0 flush");
    services.add("proxymap unix - - n - - proxymap");
    services.add("smtp unix - - n - - smtp");
    services.add("relay unix - - n - - smtp");
    services.add("showq unix n - n - - showq");
    services.add("error unix - - n - - error");
    services.add("retry unix - - n - - error");
    services.add("discard unix - - n - - discard");
    services.add("lmtp unix - - n - - lmtp");
    services.add("anvil unix - - n - 1 anvil");
    services.add("scache unix - - n - 1 scache");
    services.add("postlog unix-dgram n - n - 1 postlogd");
    return String.join("\n", services) + "\n";
  }

  /** What the relay wrote down, for people. */
  String log() throws IOException {
    Path log = at.resolve("mail.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    Path said = Files.createTempFile("omnify-said-", ".txt");
    builder.redirectOutput(said.toFile());
    builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"));
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    String text = Files.readString(said);
    Files.delete(said);
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(String.join(" ", command) + ": " + text);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      run("postfix", "-c", conf(""), "stop");
    } finally {
      try {
        run("doveadm", "-c", conf("dovecot.conf"), "stop");
      } finally {
        try (var files = Files.walk(at)) {
          for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(each);
          }
        }
      }
    }
  }
}
