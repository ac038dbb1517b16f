package com.omnify.channels.send;

import com.omnify.kit.net.NotPublicException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Short codes of what goes wrong between us and a provider. */
public final class Troubles {

  private Troubles() {}

  /** The code of a failure; {@code error} where it has no name. */
  public static String code(Throwable trouble) {
    return switch (trouble) {
      case Attempt.NotBegunException _ -> "not_begun";
      case NotPublicException _ -> "address_refused";
      case UnknownHostException _ -> "dns";
      case ConnectTimeoutException _ -> "connect_timeout";
      case ConnectionRequestTimeoutException _ -> "no_connection_free";
      case ConnectException _ -> "refused";
      case NoRouteToHostException _ -> "no_route";
      case SSLException _ -> "tls";
      case SocketTimeoutException _ -> "timeout";
      case NoHttpResponseException _ -> "reset";
      case ConnectionClosedException _ -> "reset";
      case java.net.SocketException _ -> "reset";
      default -> "error";
    };
  }
}
