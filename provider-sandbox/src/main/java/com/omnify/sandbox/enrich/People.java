package com.omnify.sandbox.enrich;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is true of people, as far as somebody has said so. */
final class People {

  private static final int MAX = 1_000_000;

  /**
   * A person.
   *
   * @param phone E.164
   * @param alternativePhone another one, on which the person can be reached too
   */
  record Person(
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String company,
      @Nullable String email,
      @Nullable String phone,
      @Nullable String alternativePhone) {}

  private final Map<String, Person> byKey = new ConcurrentHashMap<>();

  void put(List<Person> people) {
    if (byKey.size() + people.size() > MAX) {
      throw new IllegalArgumentException("at most " + MAX + " keys of people are kept");
    }
    for (var person : people) {
      keys(
              person.email(),
              person.phone(),
              person.alternativePhone(),
              person.firstName(),
              person.lastName())
          .forEach(key -> byKey.put(key, person));
    }
  }

  int size() {
    return byKey.size();
  }

  /** The person whom e-mail, phone or name point to, in this order. */
  Optional<Person> find(Query query) {
    return keys(query.email(), query.phone(), null, query.firstName(), query.lastName()).stream()
        .map(byKey::get)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static List<String> keys(
      @Nullable String email,
      @Nullable String phone,
      @Nullable String otherPhone,
      @Nullable String first,
      @Nullable String last) {
    var keys = new ArrayList<String>();
    if (email != null) {
      keys.add(email.toLowerCase(Locale.ROOT));
    }
    if (phone != null) {
      keys.add(phone);
    }
    if (otherPhone != null) {
      keys.add(otherPhone);
    }
    if (first != null && last != null) {
      keys.add((first + " " + last).toLowerCase(Locale.ROOT));
    }
    return keys;
  }
}
