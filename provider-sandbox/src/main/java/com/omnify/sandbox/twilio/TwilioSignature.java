package com.omnify.sandbox.twilio;

import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Comparator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code X-Twilio-Signature}: the URL exactly as Twilio was given it, query and port included,
 * followed by every form parameter as name and value with nothing between, sorted by name
 * (case-sensitive, as Unix sorts); HMAC-SHA1 with the account's auth token, Base64.
 */
final class TwilioSignature {

  private TwilioSignature() {}

  static String sign(String authToken, String url, Form params) {
    var text = new StringBuilder(url);
    params.fields().stream()
        .sorted(Comparator.comparing(Field::name).thenComparing(Field::value))
        .forEach(field -> text.append(field.name()).append(field.value()));
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }
}
