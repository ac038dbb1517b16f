package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.PhoneType;
import com.omnify.model.id.ContactId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decisions need to know about a contact.
 *
 * @param timeZone as stated; {@code phoneZones}: where the number may lie
 * @param smsSuppressed whether the number must not be texted
 */
public record Person(
    ContactId id,
    @Nullable String phone,
    boolean phoneValid,
    PhoneType phoneType,
    @Nullable String timeZone,
    List<String> phoneZones,
    boolean smsSuppressed) {

  public Person {
    phoneZones = List.copyOf(phoneZones);
  }

  /** Whether a text can get there at all. */
  public boolean acceptsSms() {
    return phone != null && phoneValid && phoneType != PhoneType.LANDLINE;
  }

  /** Why not, in words; to be asked only where it does not. */
  public String whyNoSms() {
    if (phone == null) {
      return "the contact has no phone number";
    }
    return phoneValid ? "the number is a landline" : "the number is known to be invalid";
  }
}
