package com.omnify.kit.web;

import com.omnify.kit.db.KitJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;

/** Writes a problem where no controller can: in filters and before authentication. */
public final class ProblemWriter {

  private ProblemWriter() {}

  public static void write(
      HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    response.setStatus(problem.status().value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response
        .getOutputStream()
        .write(KitJson.mapper().writeValueAsBytes(problem.body(request.getRequestURI())));
  }
}
