package com.omnify.console.page;

import com.omnify.kit.web.OpenToAnybody;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Every address of the app is the same page; the app reads the rest of it. */
@Controller
@Hidden
class PageController {

  @OpenToAnybody(because = "it is the page on which people sign in")
  @GetMapping(
      path = {"/", "/sign-in", "/docs", "/c", "/c/**"},
      produces = MediaType.TEXT_HTML_VALUE)
  String page() {
    return "forward:/index.html";
  }
}
