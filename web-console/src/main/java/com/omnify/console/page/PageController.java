package com.omnify.console.page;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Every address of the app is the same page; the app reads the rest of it. */
@Controller
@Hidden
class PageController {

  @GetMapping(
      path = {"/", "/sign-in", "/docs", "/c", "/c/**"},
      produces = MediaType.TEXT_HTML_VALUE)
  String page() {
    return "forward:/index.html";
  }
}
