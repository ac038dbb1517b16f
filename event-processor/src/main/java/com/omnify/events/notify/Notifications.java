package com.omnify.events.notify;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the team is told. All calls run in the caller's transaction. */
@Component
public class Notifications {

  private static final int LONGEST_TITLE = 300;

  /**
   * To be told.
   *
   * @param id the same for each repeat: it is told once
   * @param link a path in the console
   * @param at fleet time
   */
  public record NewNotification(
      ClientId client,
      UUID id,
      String type,
      Priority priority,
      String title,
      @Nullable String detail,
      @Nullable String link,
      @Nullable ContactId contact,
      @Nullable EnrollmentId enrollment,
      Instant at) {}

  /** As people see it. */
  record Notification(
      UUID id,
      String type,
      String priority,
      String title,
      @Nullable String detail,
      @Nullable String link,
      @Nullable UUID contactId,
      @Nullable UUID enrollmentId,
      Instant at,
      Instant createdAt,
      @Nullable Instant readAt,
      @Nullable Instant dismissedAt) {}

  private final JdbcClient jdbc;

  Notifications(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Tells it, once; false for a repeat. */
  public boolean add(NewNotification told) {
    String title = told.title().strip();
    return jdbc.sql(
                """
                INSERT INTO notifications (client_id, id, type, priority, title, detail, link, contact_id, enrollment_id, at)
                VALUES (:client, :id, :type, :priority, :title, :detail, :link, :contact, :enrollment, :at)
                ON CONFLICT (client_id, id) DO NOTHING
                """)
            .param("client", told.client().value())
            .param("id", told.id())
            .param("type", told.type())
            .param("priority", told.priority().wire())
            .param(
                "title",
                title.isEmpty()
                    ? "(no words)"
                    : title.substring(0, Math.min(title.length(), LONGEST_TITLE)))
            .param("detail", told.detail())
            .param("link", told.link())
            .param("contact", told.contact() == null ? null : told.contact().value())
            .param("enrollment", told.enrollment() == null ? null : told.enrollment().value())
            .param("at", Pg.timestamp(told.at()))
            .update()
        == 1;
  }

  /** Newest first; dismissed ones only where they are asked for. */
  List<Notification> list(ClientId client, boolean dismissed, @Nullable UUID before, int limit) {
    return jdbc.sql(
            """
            SELECT id, type, priority, title, detail, link, contact_id, enrollment_id, at, created_at, read_at, dismissed_at
            FROM notifications
            WHERE client_id = :client AND (dismissed_at IS NOT NULL) = :dismissed
              AND (:before::uuid IS NULL OR id < :before)
            ORDER BY id DESC LIMIT :limit
            """)
        .param("client", client.value())
        .param("dismissed", dismissed)
        .param("before", before)
        .param("limit", limit)
        .query(
            (row, _) ->
                new Notification(
                    Pg.uuid(row, "id"),
                    row.getString("type"),
                    row.getString("priority"),
                    row.getString("title"),
                    row.getString("detail"),
                    row.getString("link"),
                    row.getObject("contact_id", UUID.class),
                    row.getObject("enrollment_id", UUID.class),
                    Pg.instant(row, "at"),
                    Pg.instant(row, "created_at"),
                    Pg.instantOrNull(row, "read_at"),
                    Pg.instantOrNull(row, "dismissed_at")))
        .list();
  }

  /** How many nobody has read, counted up to a hundred. */
  int unread(ClientId client) {
    return jdbc.sql(
            """
            SELECT count(*) FROM (SELECT FROM notifications
              WHERE client_id = :client AND dismissed_at IS NULL AND read_at IS NULL LIMIT 100) t
            """)
        .param("client", client.value())
        .query(Integer.class)
        .single();
  }

  boolean read(ClientId client, UUID id) {
    return jdbc.sql(
                """
                UPDATE notifications SET read_at = coalesce(read_at, now()) WHERE client_id = :client AND id = :id
                """)
            .param("client", client.value())
            .param("id", id)
            .update()
        == 1;
  }

  boolean dismiss(ClientId client, UUID id) {
    return jdbc.sql(
                """
                UPDATE notifications SET dismissed_at = coalesce(dismissed_at, now()), read_at = coalesce(read_at, now())
                WHERE client_id = :client AND id = :id
                """)
            .param("client", client.value())
            .param("id", id)
            .update()
        == 1;
  }

  int dismissAll(ClientId client) {
    return jdbc.sql(
            """
            UPDATE notifications SET dismissed_at = now(), read_at = coalesce(read_at, now())
            WHERE client_id = :client AND dismissed_at IS NULL
            """)
        .param("client", client.value())
        .update();
  }
}
