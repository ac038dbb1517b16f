package com.omnify.channels.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.Provider;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ProviderAccountId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's account at a provider.
 *
 * @param user the account's or user's name there; may be empty
 * @param secret its password, token or key
 * @param baseUrl where the API stands, null for the provider's own address
 * @param webhookSecret what proves its reports, where that is not {@code secret}
 * @param settings what else the provider wants to know, an object; see {@code provider_accounts}
 */
public record ProviderAccount(
    ProviderAccountId id,
    Provider provider,
    String user,
    String secret,
    @Nullable URI baseUrl,
    @Nullable String webhookSecret,
    JsonNode settings) {

  /** The columns of {@code provider_accounts a} that {@link #of} reads. */
  public static final String COLUMNS =
      """
      a.id AS account_id, a.provider, a.account_sid, a.auth_token, a.base_url,
        a.webhook_secret, a.settings::text AS settings""";

  /** From a row that has {@link #COLUMNS}. */
  public static ProviderAccount of(ResultSet row) throws SQLException {
    String baseUrl = row.getString("base_url");
    return new ProviderAccount(
        Pg.id(row, "account_id", ProviderAccountId::new),
        WireEnum.parse(Provider.class, row.getString("provider")),
        row.getString("account_sid"),
        row.getString("auth_token"),
        baseUrl == null ? null : URI.create(baseUrl),
        row.getString("webhook_secret"),
        Pg.read(row.getString("settings"), JsonNode.class));
  }

  /** Without the secret: accounts end up in logs. */
  @Override
  public String toString() {
    return "ProviderAccount[" + id + ", " + provider + "]";
  }
}
