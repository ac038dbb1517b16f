package com.omnify.sandbox;

import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.http.WireServer;
import com.twilio.security.RequestValidator;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands where the product's gateway would: receives webhooks and checks them with Twilio's own
 * validator.
 */
final class Gateway implements AutoCloseable {

  static final String CLIENT = "0197f000-0000-7000-8000-000000000001";

  private final List<Request> received = new CopyOnWriteArrayList<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final WireServer server;

  Gateway() throws IOException {
    server =
        WireServer.start(
            "127.0.0.1",
            0,
            request -> {
              received.add(request);
              var answer = answers.poll();
              return Json.reply(answer == null ? 200 : answer, Map.of());
            });
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  String statusUrl(String dispatch) {
    return url() + "/webhooks/twilio/" + CLIENT + "/status?dispatch=" + dispatch;
  }

  /** Answers the next webhooks so, later ones with 200. */
  void answer(Integer... statuses) {
    answers.addAll(List.of(statuses));
  }

  List<Request> received() {
    return received;
  }

  List<Form> statuses() {
    return received.stream().filter(r -> r.path().endsWith("/status")).map(Request::form).toList();
  }

  List<Form> inbound() {
    return received.stream().filter(r -> r.path().endsWith("/inbound")).map(Request::form).toList();
  }

  /** Twilio's own verdict on the signature of a webhook. */
  boolean accepts(Request request, String authToken) {
    var query = request.query().encoded();
    var params = new HashMap<String, String>();
    request.form().fields().forEach(f -> params.put(f.name(), f.value()));
    return new RequestValidator(authToken)
        .validate(
            url() + request.path() + (query.isEmpty() ? "" : "?" + query),
            params,
            request.header("X-Twilio-Signature").orElse(""));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
