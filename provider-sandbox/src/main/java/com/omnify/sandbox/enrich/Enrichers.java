package com.omnify.sandbox.enrich;

import com.omnify.sandbox.enrich.People.Person;
import com.omnify.sandbox.fault.SideFaults;
import com.omnify.sandbox.fault.SideFaults.Switches;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.twilio.E164;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Two services that find a phone number or an e-mail address, {@code POST} (or {@code GET} with a
 * query) {@code /enrich/good} and {@code /enrich/poor}:
 *
 * <pre>{@code
 * {"first_name": "Ada", "last_name": "Byron", "company": "Engines", "email": "…", "phone": "+1…"}
 *
 * {"match": true, "confidence": 0.93, "request_id": "…", "provider": "good",
 *  "person": {"first_name": …, "last_name": …, "company": …, "email": …, "phone": …,
 *             "alternative_phone": …, "phone_type": "mobile"}}
 * }</pre>
 *
 * Nobody found is 404 with {@code {"match": false}}; too little to go by is 400. An {@code
 * Authorization} or {@code X-API-Key} header must be there. The good one is quick, finds most and
 * errs seldom, and then says so; the poor one takes a second or three, finds half, is wrong in a
 * third of that and sure of itself. Whom nobody described gets made-up addresses that cannot exist
 * in earnest, always the same ones.
 */
public final class Enrichers {

  private static final String PREFIX = "/enrich/";

  /**
   * How good one is.
   *
   * @param finds share of questions that it answers
   * @param errs share of answers that are wrong
   */
  private record Quality(double finds, double errs, Switches usually) {}

  /** Settings of both, as they are kept. */
  public record Settings(Switches good, Switches poor) {
    public static final Settings DEFAULT =
        new Settings(Switches.NONE, new Switches(900, 2_100, 0, 0, 0, 0, 0, 0, 0));

    public Settings {
      good = good == null ? Switches.NONE : good;
      poor = poor == null ? Switches.NONE : poor;
    }
  }

  /** One of the two. */
  private static final class Enricher {
    final String name;
    final Quality quality;
    final SideFaults faults;
    final AtomicLong requests = new AtomicLong();

    Enricher(String name, Quality quality, long seed) {
      this.name = name;
      this.quality = quality;
      this.faults = new SideFaults(seed, quality.usually());
    }
  }

  private final long seed;
  private final People people = new People();
  private final Map<String, Enricher> enrichers;

  public Enrichers(long seed, Settings settings) {
    this.seed = seed;
    this.enrichers =
        Map.of(
            "good", new Enricher("good", new Quality(0.9, 0.06, settings.good()), seed),
            "poor", new Enricher("poor", new Quality(0.5, 0.33, settings.poor()), seed));
  }

  /** Whether the path belongs to them. */
  public static boolean serves(String path) {
    return path.startsWith(PREFIX);
  }

  public Settings settings() {
    return new Settings(faults("good").switches(), faults("poor").switches());
  }

  /**
   * The switches of one.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public SideFaults faults(String name) {
    return enricher(name).faults;
  }

  /** How often each was asked. */
  public Map<String, Long> load() {
    return Map.of(
        "good", enricher("good").requests.get(),
        "poor", enricher("poor").requests.get(),
        "keys_of_people", (long) people.size());
  }

  /** Says what is true of people, from a JSON list of persons. */
  public int describe(byte[] json) {
    var described = List.of(Json.read(json, Person[].class));
    people.put(described);
    return described.size();
  }

  public Answer handle(Request request) throws InterruptedException {
    var enricher = enrichers.get(request.path().substring(PREFIX.length()));
    if (enricher == null) {
      return error(404, "not_found", "there are /enrich/good and /enrich/poor");
    }
    enricher.requests.incrementAndGet();
    Thread.sleep(enricher.faults.latency());
    switch (enricher.faults.next()) {
      case NONE -> {}
      case UNAUTHORIZED -> {
        return error(401, "unauthorized", "the API key is not valid");
      }
      case TOO_MANY_REQUESTS -> {
        return error(429, "rate_limited", "too many requests, try again later");
      }
      case SERVER_ERROR -> {
        return error(500, "internal", "something went wrong");
      }
      case UNAVAILABLE -> {
        return error(503, "unavailable", "down for maintenance");
      }
      case RESET -> {
        return new Reset();
      }
      case HANG -> Thread.sleep(enricher.faults.hang());
    }
    if (request.header("authorization").isEmpty() && request.header("x-api-key").isEmpty()) {
      return error(401, "unauthorized", "give an API key in Authorization or X-API-Key");
    }
    return switch (request.method()) {
      case "POST" -> answer(enricher, Json.read(request.body(), Query.class));
      case "GET" -> answer(enricher, fromQuery(request));
      default -> error(405, "method_not_allowed", "GET or POST");
    };
  }

  private static Query fromQuery(Request request) {
    var query = request.query();
    return new Query(
        query.text("name").orElse(null),
        query.text("first_name").orElse(null),
        query.text("last_name").orElse(null),
        query.text("company").orElse(null),
        query.text("email").orElse(null),
        query.text("phone").orElse(null));
  }

  private Answer answer(Enricher enricher, Query asked) {
    var phone = asked.phone() == null ? null : E164.of(asked.phone()).orElse(asked.phone());
    var query =
        new Query(
                asked.name(),
                asked.firstName(),
                asked.lastName(),
                asked.company(),
                asked.email(),
                phone)
            .apart();
    if (!query.isEnough()) {
      return error(400, "insufficient_input", "give an email, a phone, or a first and last name");
    }
    // by name and question: the one may find whom the other does not, always the same ones
    var random =
        new SplittableRandom(seed ^ (enricher.name + query.key()).hashCode() * 0x9e3779b97f4a7c15L);
    if (random.nextDouble() >= enricher.quality.finds()) {
      return Json.reply(404, Map.of("match", false));
    }
    boolean wrong = random.nextDouble() < enricher.quality.errs();
    var truth = people.find(query).orElseGet(() -> madeUp(query));
    var person = wrong ? mistaken(truth, query, random) : truth;
    double confidence =
        enricher.name.equals("poor")
            ? 0.6 + random.nextDouble() * 0.35
            : wrong ? 0.4 + random.nextDouble() * 0.25 : 0.85 + random.nextDouble() * 0.13;

    var shown = new LinkedHashMap<String, @Nullable Object>();
    shown.put("first_name", person.firstName());
    shown.put("last_name", person.lastName());
    shown.put("company", person.company());
    shown.put("email", person.email());
    shown.put("phone", person.phone());
    shown.put("alternative_phone", person.alternativePhone());
    shown.put("phone_type", person.phone() == null ? null : "mobile");
    var body = new LinkedHashMap<String, Object>();
    body.put("match", true);
    body.put("confidence", Math.round(confidence * 100) / 100.0);
    body.put("provider", enricher.name);
    body.put("request_id", "%s-%d".formatted(enricher.name, enricher.requests.get()));
    body.put("person", shown);
    return Json.reply(200, body);
  }

  /** Somebody of whom nothing is known but the question. */
  private Person madeUp(Query query) {
    var identity =
        query.email() != null
            ? query.email()
            : query.phone() != null ? query.phone() : query.firstName() + " " + query.lastName();
    var random = new SplittableRandom(seed + identity.toLowerCase(Locale.ROOT).hashCode());
    var first =
        query.firstName() != null ? query.firstName() : FIRST.get(random.nextInt(FIRST.size()));
    var last = query.lastName() != null ? query.lastName() : LAST.get(random.nextInt(LAST.size()));
    return new Person(
        first,
        last,
        query.company(),
        query.email() != null ? query.email() : email(first, last, random.nextInt(900)),
        query.phone() != null ? query.phone() : phone(random),
        phone(random));
  }

  /** What was asked for is somebody else's. */
  private static Person mistaken(Person truth, Query query, SplittableRandom random) {
    var other = LAST.get(random.nextInt(LAST.size()));
    return new Person(
        truth.firstName(),
        Objects.requireNonNullElse(truth.lastName(), other),
        truth.company(),
        query.email() != null
            ? query.email()
            : email(Objects.requireNonNullElse(truth.firstName(), "j"), other, random.nextInt(900)),
        query.phone() != null ? query.phone() : phone(random),
        phone(random));
  }

  private static String email(String first, String last, int number) {
    return "%s.%s%d@mail.example"
        .formatted(first, last, number)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9.@]", "");
  }

  /** Of the range kept for fiction. */
  private static String phone(SplittableRandom random) {
    return "+1%s55501%02d".formatted(AREAS.get(random.nextInt(AREAS.size())), random.nextInt(100));
  }

  private static final List<String> AREAS =
      List.of("212", "305", "312", "415", "512", "602", "617", "702", "303", "206");
  private static final List<String> FIRST =
      List.of("Maria", "James", "Wei", "Fatima", "John", "Elena", "Kwame", "Anna");
  private static final List<String> LAST =
      List.of("Alvarez", "Brown", "Chen", "Diallo", "Evans", "Fischer", "Garcia", "Hughes");

  private Enricher enricher(String name) {
    return Optional.ofNullable(enrichers.get(name))
        .orElseThrow(
            () -> new IllegalArgumentException("enrichers are good and poor, not " + name));
  }

  private static Answer error(int status, String code, String message) {
    return Json.reply(status, Map.of("error", Map.of("code", code, "message", message)));
  }
}
