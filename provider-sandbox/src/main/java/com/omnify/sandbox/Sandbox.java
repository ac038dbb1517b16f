package com.omnify.sandbox;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.http.WireServer;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.mail.PostOffice;
import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.persona.policy.EmailHabit;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import com.omnify.sandbox.persona.policy.VoicePersona;
import com.omnify.sandbox.resend.ResendApi;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.twilio.Account;
import com.omnify.sandbox.twilio.Accounts;
import com.omnify.sandbox.twilio.TwilioApi;
import com.omnify.sandbox.twilio.TwilioProvider;
import com.omnify.sandbox.vapi.VapiAccount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running provider sandbox. Everything here can also be done over REST; these methods are for
 * tests that run it in their own process.
 */
public final class Sandbox implements AutoCloseable {

  private final SandboxOptions options;
  private final Accounts accounts;
  private final Personas personas;
  private final Faults faults;
  private final Agenda fleetTime;
  private final Agenda realTime;
  private final TwilioProvider provider;
  private final PostOffice mail;
  private final ResendApi resend;
  private final Ledger ledger;
  private final Memory memory;
  private final TwilioApi twilio;
  private final VoiceSide voice;
  private final AskedSide asked;
  private final Control control;
  private final WireServer server;

  private Sandbox(SandboxOptions options) throws IOException {
    this.options = options;
    Files.createDirectories(options.data());
    var settingsFile = options.data().resolve("settings.json");
    var remembered = Memory.load(settingsFile);
    this.accounts = new Accounts(options.strict());
    this.personas = new Personas(options.seed(), options.everyoneElse());
    this.faults = new Faults(options.seed());
    double rate = options.clockRate();
    if (remembered.isPresent()) {
      var settings = remembered.get();
      rate = settings.clockRate();
      settings.accounts().forEach(accounts::register);
      settings.personas().forEach(personas::register);
      if (settings.everyoneElse() != null) {
        personas.everyoneElse(settings.everyoneElse());
      }
      personas.talkativeness(settings.talkativeness());
      faults.set(settings.faults());
      if (settings.mailPersonas() != null) {
        settings.mailPersonas().forEach(personas::register);
      }
    }
    options.accounts().forEach(accounts::register);
    this.fleetTime = new Agenda("sandbox-fleet-time", rate);
    this.realTime = new Agenda("sandbox-real-time", 1);
    int maxMessages = options.affordableMessages();
    this.provider =
        new TwilioProvider(
            new TwilioProvider.Place(options.publicUrl(), Clock.systemUTC(), maxMessages),
            accounts,
            personas,
            faults,
            fleetTime,
            realTime);
    this.mail =
        PostOffice.in(
            new PostOffice.Setup(
                options.publicUrl(),
                options.data(),
                options.seed(),
                options.strict(),
                maxMessages,
                personas,
                fleetTime,
                realTime,
                Clock.systemUTC()));
    remembered.map(Memory.Settings::mail).ifPresent(mail::remember);
    this.resend = new ResendApi(mail, Clock.systemUTC());
    this.voice =
        new VoiceSide(
            options,
            Clock.systemUTC(),
            accounts,
            personas,
            faults,
            fleetTime,
            realTime,
            remembered.map(Memory.Settings::voice).orElse(null));
    this.asked =
        new AskedSide(
            Clock.systemUTC(), options.seed(), remembered.map(Memory.Settings::asked).orElse(null));
    this.ledger =
        Ledger.open(
            options.data().resolve("ledger.ndjson"),
            Clock.systemUTC(),
            options.affordableDispatches(),
            this::replay);
    this.memory = new Memory(settingsFile, this::settings);
    this.twilio = new TwilioApi(provider, accounts, faults);
    this.control = new Control(this);
    try {
      // its own port is open before old callbacks go out: they may lead to a message at once
      mail.open(options.address(), options.smtpPort(), options.imapPort(), ledger);
      this.server = WireServer.start(options.address(), options.port(), this::handle);
    } catch (IOException e) {
      ledger.close();
      fleetTime.close();
      realTime.close();
      provider.close();
      mail.close();
      voice.close();
      throw e;
    }
    provider.resume(ledger);
    voice.resume(ledger);
    mail.whenChanged(this::save);
  }

  private void replay(LedgerEntry line) {
    provider.replay(line);
    mail.replay(line);
    resend.replay(line);
    voice.replay(line);
  }

  /**
   * Starts a sandbox on its data directory.
   *
   * @throws IOException when the port is taken, or the ledger is in use or damaged
   */
  public static Sandbox start(SandboxOptions options) throws IOException {
    return new Sandbox(options);
  }

  public int port() {
    return server.port();
  }

  /** The base of all its addresses, without a slash at the end. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  public Ledger ledger() {
    return ledger;
  }

  /** Makes an account known; from now on its token is checked. */
  public void register(Account account) {
    accounts.register(account);
    save();
  }

  /** Says who is behind a number. */
  public void persona(String e164, Persona persona) {
    personas(Map.of(e164, persona));
  }

  /** Says who is behind many numbers. */
  public void personas(Map<String, Persona> registered) {
    registered.forEach(personas::register);
    save();
  }

  /** Says who reads the mail of an address. */
  public void mailPersona(String address, EmailHabit habit) {
    mailPersonas(Map.of(address, habit));
  }

  /** Says who reads the mail of many addresses. */
  public void mailPersonas(Map<String, EmailHabit> registered) {
    registered.forEach(personas::register);
    save();
  }

  /** Everything about e-mail. */
  public PostOffice mail() {
    return mail;
  }

  /** Says who is behind all other numbers and addresses; null for the seeded mix. */
  public void everyoneElse(@Nullable Persona persona) {
    personas.everyoneElse(persona);
    save();
  }

  /** Says how much people answer. */
  public void talkativeness(Talkativeness talkativeness) {
    personas.talkativeness(talkativeness);
    save();
  }

  /** Replaces all fault switches. */
  public void faults(FaultSettings settings) {
    faults.set(settings);
    save();
  }

  /** Forces the outcomes of the next requests to send. */
  public void script(Outcome... outcomes) {
    faults.script(List.of(outcomes));
  }

  /**
   * Sets the speed of fleet time.
   *
   * @param rate fleet seconds in a real second
   */
  public void clockRate(double rate) {
    fleetTime.rate(rate);
    save();
  }

  /** Lets fleet time jump: what falls due on the way happens now. */
  public void advance(Duration by) {
    fleetTime.advance(by);
  }

  /**
   * Makes a person write to one of an account's numbers, now.
   *
   * @return the SID of the inbound message
   */
  public String say(String person, String our, String text) {
    return provider.say(null, person, our, text);
  }

  /** Makes an organisation at VAPI known. */
  public void register(VapiAccount account) {
    voice.register(account);
    save();
  }

  /** Says how the person behind a number takes calls. */
  public void persona(String e164, VoicePersona persona) {
    voice.persona(e164, persona);
    save();
  }

  /**
   * Makes a person call a number that VAPI answers, now.
   *
   * @return the id of the call
   */
  public String call(String person, String our, VoicePersona persona) {
    return voice.callIn(person, our, persona);
  }

  /**
   * Makes a person call a number at Twilio where nobody answers.
   *
   * @return the SID of the call
   */
  public String missedCall(String person, String our) {
    return voice.missed(null, person, our, "no-answer", 0);
  }

  @Override
  public void close() throws IOException {
    server.close();
    mail.close();
    fleetTime.close();
    realTime.close();
    provider.close();
    voice.close();
    ledger.close();
  }

  // ---- for the REST side

  Accounts accounts() {
    return accounts;
  }

  Personas personas() {
    return personas;
  }

  Faults faultSwitches() {
    return faults;
  }

  Agenda fleetTime() {
    return fleetTime;
  }

  AskedSide asked() {
    return asked;
  }

  VoiceSide voice() {
    return voice;
  }

  TwilioProvider provider() {
    return provider;
  }

  SandboxOptions options() {
    return options;
  }

  private Answer handle(Request request) throws InterruptedException {
    if (TwilioApi.serves(request.path())) {
      return twilio.handle(request);
    }
    if (ResendApi.serves(request.path())) {
      return resend.handle(request);
    }
    if (voice.serves(request.path())) {
      return voice.handle(request);
    }
    if (asked.serves(request.path())) {
      return asked.handle(request);
    }
    return control.handle(request);
  }

  private Memory.Settings settings() {
    return new Memory.Settings(
        fleetTime.rate(),
        personas.everyoneElse(),
        personas.talkativeness(),
        faults.settings(),
        List.copyOf(accounts.registered()),
        personas.registered(),
        personas.mailboxes(),
        mail.settings(),
        voice.settings(),
        asked.settings());
  }

  void save() {
    try {
      memory.save();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remember the settings", e);
    }
  }
}
