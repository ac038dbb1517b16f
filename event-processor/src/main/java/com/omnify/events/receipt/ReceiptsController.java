package com.omnify.events.receipt;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Role;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The webhook log. */
@RestController
@RequestMapping("/api/v1/receipts")
class ReceiptsController {

  private final Transactions transactions;
  private final Receipts receipts;

  ReceiptsController(Transactions transactions, Receipts receipts) {
    this.transactions = transactions;
    this.receipts = receipts;
  }

  /** One thing a provider told us. */
  record ReceiptView(
      UUID id,
      String provider,
      String kind,
      @Nullable String providerId,
      @Nullable UUID dispatchId,
      @Nullable UUID interactionId,
      @JsonRawValue String payload,
      Instant receivedAt) {}

  @Needs(Role.MEMBER)
  @GetMapping
  Page<ReceiptView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String kind,
      @RequestParam(name = "dispatch_id", required = false) @Nullable UUID dispatchId,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<ReceiptView> found =
        transactions.readInClient(
            caller.client(),
            () ->
                receipts.list(caller.client(), kind, dispatchId, before, size + 1).stream()
                    .map(
                        line ->
                            new ReceiptView(
                                line.id(),
                                line.provider(),
                                line.kind(),
                                line.providerId(),
                                line.dispatchId(),
                                line.interactionId(),
                                line.payload(),
                                line.receivedAt()))
                    .toList());
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }
}
