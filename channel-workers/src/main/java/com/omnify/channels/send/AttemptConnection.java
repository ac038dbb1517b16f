package com.omnify.channels.send;

import java.io.IOException;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection for the one request of an attempt: its first byte asks the attempt whether it may
 * still begin, and the attempt hears when the last one has left this process.
 */
final class AttemptConnection implements HttpClientConnection {

  private final HttpClientConnection connection;
  private final Attempt attempt;

  AttemptConnection(HttpClientConnection connection, Attempt attempt) {
    this.connection = connection;
    this.attempt = attempt;
  }

  @Override
  public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
    attempt.begin();
    connection.sendRequestHeader(request);
  }

  @Override
  public void flush() throws IOException {
    connection.flush();
    attempt.written();
  }

  @Override
  public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
    connection.sendRequestEntity(request);
  }

  @Override
  public void terminateRequest(ClassicHttpRequest request) throws HttpException, IOException {
    connection.terminateRequest(request);
  }

  @Override
  public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
    return connection.receiveResponseHeader();
  }

  @Override
  public void receiveResponseEntity(ClassicHttpResponse response)
      throws HttpException, IOException {
    connection.receiveResponseEntity(response);
  }

  @Override
  public boolean isConsistent() {
    return connection.isConsistent();
  }

  @Override
  public boolean isDataAvailable(Timeout timeout) throws IOException {
    return connection.isDataAvailable(timeout);
  }

  @Override
  public boolean isStale() throws IOException {
    return connection.isStale();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public EndpointDetails getEndpointDetails() {
    return connection.getEndpointDetails();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return connection.getLocalAddress();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return connection.getRemoteAddress();
  }

  @Override
  public ProtocolVersion getProtocolVersion() {
    return connection.getProtocolVersion();
  }

  @Override
  public @Nullable SSLSession getSSLSession() {
    return connection.getSSLSession();
  }

  @Override
  public Timeout getSocketTimeout() {
    return connection.getSocketTimeout();
  }

  @Override
  public void setSocketTimeout(Timeout timeout) {
    connection.setSocketTimeout(timeout);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  @Override
  public void close(CloseMode mode) {
    connection.close(mode);
  }
}
