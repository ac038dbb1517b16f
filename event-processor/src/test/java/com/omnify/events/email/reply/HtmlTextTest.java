package com.omnify.events.email.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTextTest {

  @Test
  void gmailsQuoteIsNotSaid() {
    assertThat(
            Replies.visible(
                """
                <div dir="ltr"><div>Yes, please.</div><div><br></div><div>Bo</div></div><br>
                <div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, May 4, 2026 at 9:12 AM
                Ada &lt;<a href="mailto:ada@plumbing.example">ada@plumbing.example</a>&gt; wrote:<br></div>
                <blockquote class="gmail_quote"><div>Hello Bo,</div><div>shall we?</div></blockquote></div>
                """))
        .isEqualTo("Yes, please.\n\nBo");
  }

  @Test
  void answersBetweenGmailsQuotesStay() {
    assertThat(
            Replies.visible(
                """
                <div class="gmail_quote"><div class="gmail_attr">On Mon, May 4, 2026 at 9:12 AM Ada &lt;ada@plumbing.example&gt; wrote:<br></div>
                <blockquote class="gmail_quote"><div>Tuesday?</div></blockquote><div>Yes</div>
                <blockquote class="gmail_quote"><div>At 3?</div></blockquote><div>No, 4</div></div>
                """))
        .isEqualTo("Yes\nNo, 4");
  }

  @Test
  void everythingAfterOutlooksMarkIsQuoted() {
    assertThat(
            Replies.visible(
                """
                <html><body><div>Not interested</div><div id="Signature">Bo, Home Ltd</div>
                <div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>Från:</b> Ada</div>
                <div>Hello Bo</div></body></html>
                """))
        .isEqualTo("Not interested");
  }

  @Test
  void outlooksBlockIsFoundWithoutAMark() {
    assertThat(
            Replies.visible(
                """
                <html><head><style>p{}</style></head><body><p class=MsoNormal>Call me<o:p></o:p></p>
                <p class=MsoNormal>tomorrow</p>
                <div><p class=MsoNormal><b>From:</b> Ada &lt;ada@plumbing.example&gt;<br><b>Sent:</b> Monday, May 4, 2026 9:12<br>
                <b>To:</b> Bo<br><b>Subject:</b> Your boiler</p></div><p>Hello</p></body></html>
                """))
        .isEqualTo("Call me\ntomorrow");
  }

  @Test
  void scriptsAreNoText() {
    assertThat(Replies.visible("<p>Hi</p><script>alert(1)</script><style>p{}</style>"))
        .isEqualTo("Hi");
  }

  @Test
  void deepNestingDoesNotHurt() {
    String deep = "<div>".repeat(50_000) + "x" + "<blockquote>".repeat(50_000) + "y";
    assertThat(HtmlText.of(deep)).contains("x");
  }
}
