package com.omnify.healer.diagnosis.policy;

import com.omnify.model.FailureType;
import java.util.List;

/**
 * What failed before for the same enrollment and step.
 *
 * @param earlier oldest first, without the failure in question
 */
public record History(List<FailureType> earlier) {

  public static final History NONE = new History(List.of());

  public History {
    earlier = List.copyOf(earlier);
  }

  int times(FailureType type) {
    return Math.toIntExact(earlier.stream().filter(type::equals).count());
  }
}
