package com.omnify.memory.merging;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.memory.contact.ContactMerge;
import com.omnify.memory.contact.ContactMerge.Pair;
import com.omnify.memory.timeline.Folding;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Makes two contacts one. */
@RestController
@RequestMapping("/api/v1/contacts/{id}")
class MergeController {

  private final Transactions transactions;
  private final ContactMerge merge;
  private final Folding folding;

  MergeController(Transactions transactions, ContactMerge merge, Folding folding) {
    this.transactions = transactions;
    this.merge = merge;
    this.folding = folding;
  }

  /**
   * Who is to become part of this contact.
   *
   * @param other the contact that will be no more
   */
  record MergeBody(@Nullable ContactId other) {}

  /**
   * What became of it.
   *
   * @param contactId who has everything now
   * @param merged who is no more
   */
  record Merged(ContactId contactId, ContactId merged) {}

  @Needs(Role.MEMBER)
  @PostMapping("/merge")
  @Operation(
      summary = "Merge another contact into this one; what is known of this one stays",
      description =
          "The other's conversations and enrollments become this one's, and its addresses where this one has none; a"
              + " second phone or e-mail is kept as the alternative one. Consent comes along with the address it was"
              + " given for, a refusal always. It cannot be undone.")
  Merged merge(Caller caller, @PathVariable ContactId id, @RequestBody MergeBody body) {
    ClientId client = caller.client();
    ContactId other = body.other();
    if (other == null) {
      throw Problem.invalid("other", "is missing", "name the contact that is to become part");
    }
    if (other.equals(id)) {
      throw Problem.invalid("other", "is the contact itself", "name another one");
    }
    transactions.inClient(
        client,
        () -> {
          merge.merge(client, id, other, caller.subject());
          folding.fold(client, other, id);
        });
    return new Merged(id, other);
  }

  /**
   * What was under way while the two became one, such as a message being sent to the one that is no
   * more, comes to the other a moment later.
   */
  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Loop mergeStragglers(Transactions transactions, ContactMerge merge, Folding folding) {
      return Loop.named("merge-stragglers")
          .every(Duration.ofSeconds(10))
          .running(
              () -> {
                transactions.inBackground(
                    () -> {
                      for (Pair pair : merge.lately()) {
                        folding.fold(pair.client(), pair.other(), pair.survivor());
                      }
                    });
                return false;
              });
    }
  }
}
