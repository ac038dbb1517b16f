package com.omnify.memory.importing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was chosen for an import beside its mapping.
 *
 * @param defaultCountry where numbers without a country code lie, such as US
 * @param tags put on every contact of the file
 * @param source of the contacts that are new, where the file says none
 * @param update whether rows change contacts that are there already
 * @param trigger whether what waits for new contacts or tags starts
 * @param consent by channel, what the people of the file have agreed to
 */
record Options(
    String defaultCountry,
    List<String> tags,
    String source,
    boolean update,
    boolean trigger,
    Map<String, Statement> consent) {

  /** What was agreed to, where, and when. */
  record Statement(String source, @Nullable String textShown, Instant at) {}
}
