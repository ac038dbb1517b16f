package com.omnify.scheduler.enrollment.policy;

import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.model.Channel;
import com.omnify.model.PhoneType;
import com.omnify.model.id.ContactId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What decisions need to know about a contact.
 *
 * @param where their number and their address allow them to be
 * @param suppressed channels on which their address must not be used
 * @param agreed channels on which they agreed to hear from the client, by their latest word
 * @param declined channels on which they did not, by their latest word
 */
public record Person(
    ContactId id,
    @Nullable String phone,
    boolean phoneValid,
    PhoneType phoneType,
    @Nullable String email,
    boolean emailValid,
    Whereabouts where,
    Set<Channel> suppressed,
    Set<Channel> agreed,
    Set<Channel> declined) {

  public Person {
    suppressed = Set.copyOf(suppressed);
    agreed = Set.copyOf(agreed);
    declined = Set.copyOf(declined);
  }

  /** Whether they can be reached that way at all, and have not said no to it. */
  public boolean accepts(Channel channel) {
    return whyNot(channel) == null;
  }

  /** Why they cannot be reached that way, in words; null where they can. */
  public @Nullable String whyNot(Channel channel) {
    if (declined.contains(channel)) {
      return "the contact has not agreed to " + inWords(channel);
    }
    return switch (channel) {
      case SMS ->
          phone != null && phoneValid && phoneType == PhoneType.LANDLINE
              ? "the number is a landline"
              : whyNoPhone();
      case VOICE -> {
        String noPhone = whyNoPhone();
        // An assistant's voice is an artificial one: it needs a yes, where others need no no.
        yield noPhone == null && !agreed.contains(Channel.VOICE)
            ? "the contact has not agreed to " + inWords(channel)
            : noPhone;
      }
      case EMAIL -> {
        if (email == null) {
          yield "the contact has no e-mail address";
        }
        yield emailValid ? null : "the e-mail address is known to be invalid";
      }
    };
  }

  private @Nullable String whyNoPhone() {
    if (phone == null) {
      return "the contact has no phone number";
    }
    return phoneValid ? null : "the number is known to be invalid";
  }

  /** What comes by it. */
  public static String inWords(Channel channel) {
    return switch (channel) {
      case SMS -> "text messages";
      case EMAIL -> "e-mails";
      case VOICE -> "calls by an assistant";
    };
  }
}
