package com.omnify.sandbox.twilio;

import com.omnify.sandbox.http.Form;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a StatusCallback URL of the form {@code
 * {publicUrl}/webhooks/twilio/{clientId}/status?dispatch={dispatchId}} tells about the message. Any
 * other URL tells nothing and is fine too.
 *
 * @param inboundUrl the neighbouring webhook for what people write
 */
record Correlation(
    @Nullable String dispatchId, @Nullable String clientId, @Nullable String inboundUrl) {

  static final Correlation NONE = new Correlation(null, null, null);

  private static final Pattern PATH = Pattern.compile("(.*/webhooks/twilio/([^/]+))/status/?");

  static Correlation of(@Nullable String statusCallback) {
    if (statusCallback == null) {
      return NONE;
    }
    try {
      var uri = URI.create(statusCallback);
      var query = uri.getRawQuery();
      var dispatch = query == null ? null : Form.parse(query).text("dispatch").orElse(null);
      var path = PATH.matcher(uri.getPath() == null ? "" : uri.getPath());
      return path.matches()
          ? new Correlation(
              dispatch,
              path.group(2),
              uri.getScheme() + "://" + uri.getRawAuthority() + path.group(1) + "/inbound")
          : new Correlation(dispatch, null, null);
    } catch (IllegalArgumentException _) {
      return NONE;
    }
  }
}
