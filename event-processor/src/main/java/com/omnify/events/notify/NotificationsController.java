package com.omnify.events.notify;

import com.omnify.events.notify.Notifications.Notification;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the team should look at. */
@RestController
@RequestMapping("/api/v1/notifications")
@Tag(name = "Notifications")
class NotificationsController {

  private final Transactions tx;
  private final Notifications notifications;

  NotificationsController(Transactions tx, Notifications notifications) {
    this.tx = tx;
    this.notifications = notifications;
  }

  /**
   * How many are unread.
   *
   * @param unread counted up to 100
   */
  record Unread(int unread) {}

  record Dismissed(int dismissed) {}

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List notifications, newest first")
  Page<Notification> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Boolean dismissed,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<Notification> found =
        tx.readInClient(
            caller.client(),
            () ->
                notifications.list(
                    caller.client(), Boolean.TRUE.equals(dismissed), before, size + 1));
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/unread")
  @Operation(summary = "How many nobody has read")
  Unread unread(Caller caller) {
    return tx.readInClient(
        caller.client(), () -> new Unread(notifications.unread(caller.client())));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/read")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Mark one as read")
  void read(Caller caller, @PathVariable UUID id) {
    tx.inClient(caller.client(), () -> require(notifications.read(caller.client(), id), id));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/dismiss")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Put one away")
  void dismiss(Caller caller, @PathVariable UUID id) {
    tx.inClient(caller.client(), () -> require(notifications.dismiss(caller.client(), id), id));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/dismiss-all")
  @Operation(summary = "Put all away")
  Dismissed dismissAll(Caller caller) {
    return tx.inClient(
        caller.client(), () -> new Dismissed(notifications.dismissAll(caller.client())));
  }

  private static void require(boolean found, UUID id) {
    if (!found) {
      throw Problem.notFound("notification", id);
    }
  }
}
