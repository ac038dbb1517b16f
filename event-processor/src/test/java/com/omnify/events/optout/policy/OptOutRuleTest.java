package com.omnify.events.optout.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class OptOutRuleTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STOP",
        "stop",
        " Stop. ",
        "\"STOP\"",
        "stop!!!",
        "STOPALL",
        "stop all",
        "UNSUBSCRIBE",
        "End",
        "quit",
        "REVOKE",
        "OPTOUT",
        "opt-out",
        "Opt Out",
        "cancel",
        "S.T.O.P",
        "s t o p",
        "stooop",
        "ＳＴＯＰ",
        "S\u200BT\u200BO\u200BP",
        "STOP\uFEFF",
        "\u0405\u0422\u041E\u0420",
        "ST\u039FP",
        "ST0P",
        "$top",
        "*stop*",
        "stop 🛑",
        "Stop\n",
        "STOP STOP STOP",
        "stop please",
        "please stop",
        "Please stop, thank you",
        "stop now",
        "just stop",
        "stop it",
        "pls stop thx",
        "Arrêt",
        "arretez svp",
        "ALTO",
        "remove me",
        "unsubscribe me",
        "please unsubscribe",
        "Unsubscribe me from this list",
        "opt out",
        "opt me out please",
        "I want to opt out",
        "I'd like to unsubscribe",
        "I'm opting out",
        "remove me from your list",
        "Please remove me from your mailing list!",
        "take me off your list",
        "please take me off of this texting list",
        "take my number off your list",
        "delete my number",
        "lose my number",
        "stop texting me",
        "STOP TEXTING ME!!!",
        "Stop texting",
        "please stop texting this number",
        "can you stop texting me",
        "will you please stop messaging me",
        "stop sending me texts",
        "Stop sending these messages",
        "quit texting me",
        "stop calling me",
        "stop contacting me",
        "stop the texts",
        "stop these messages please",
        "no more texts",
        "no more messages please",
        "do not text me",
        "Don’t text me again",
        "don't contact me anymore",
        "never text me again",
        "do not call this number",
        "Leave me alone",
        "leave us alone!",
        "I revoke my consent",
        "I hereby withdraw consent",
        "Stop texting me at work",
        "Wrong number. Stop texting me.",
        "Don't worry about it. Just stop texting me",
        "I already told you to stop texting me",
        "how do I unsubscribe?",
        "No mas mensajes",
        "please stop texting me right now",
        "I asked you to stop contacting me",
        "Stop. Who is this?",
        "STOP! I never signed up",
        "Stop, you have the wrong number",
        "stop i dont want this",
        "stop texts and calls",
        "stop sending me things",
        "stop sending",
        "I want off your list",
        "no more calls please",
        "Please don't call us",
      })
  void optOutsAreFound(String body) {
    assertThat(OptOutRule.read(body, null)).isEqualTo(Keyword.STOP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "🛑",
        "Don't stop",
        "please don't stop texting me",
        "never stop",
        "non-stop",
        "It rains non-stop here",
        "can you stop by tomorrow",
        "please stop by",
        "Stop by at 5?",
        "cancel my appointment",
        "Please cancel the appointment on Friday",
        "I need to cancel Tuesday",
        "the bus stop is closed",
        "stop sign repair?",
        "please stop the leak",
        "in the end yes",
        "I want to quit smoking",
        "the weekend",
        "End of the month works",
        "remove the old unit please",
        "can you remove the tree?",
        "remove me from the schedule for Monday",
        "Why did you stop texting me?",
        "did you stop texting me?",
        "I don't want to unsubscribe",
        "please do not remove me from your list",
        "don't unsubscribe me",
        "I did not opt out",
        "don't text me until Monday",
        "do not call me before 9",
        "don't call me right now, I'm driving",
        "Can I unsubscribe later?",
        "can i opt out any time?",
        "Liked “Hi Ann, your quote is ready. Reply STOP to opt out”",
        "Loved \"Hi, reply STOP to unsubscribe\"",
        "👍 to “Reply STOP to opt out”",
        "Reply STOP to opt out",
        "what is this? reply stop to unsubscribe",
        "no",
        "No thanks",
        "not interested",
        "Yes please",
        "I'll send you the texts",
        "my email stopped working",
        "stop at the gate and call me",
        "When does the offer end?",
        "cancel that, I can make it",
        "Is there a stop fee?",
        "You never call me back!",
        "you never text me back",
        "If you don't call me by 5 I will go elsewhere",
        "are there no more offers?",
        "please cancel the call",
        "cancel the call",
        "I need off work at 5",
        "cancel today",
        "Cancel. I can't make it Friday",
        "no more calls today",
        "stop sending invoices",
        "they said never call us again",
        "end the call",
        "who is this",
        "yeah cancel",
        "Yeah, cancel it please",
      })
  void conversationIsNoOptOut(String body) {
    assertThat(OptOutRule.read(body, null)).isEqualTo(Keyword.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"START", "unstop", "Start please", "opt in"})
  void startIsFound(String body) {
    assertThat(OptOutRule.read(body, null)).isEqualTo(Keyword.START);
  }

  @Test
  void yesAndHelpAreCommandsOnlyAlone() {
    assertThat(OptOutRule.read("YES", null)).isEqualTo(Keyword.YES);
    assertThat(OptOutRule.read("yes I need help", null)).isEqualTo(Keyword.NONE);
    assertThat(OptOutRule.read("Help!", null)).isEqualTo(Keyword.HELP);
    assertThat(OptOutRule.read("INFO", null)).isEqualTo(Keyword.HELP);
  }

  @Test
  void providersFindingCanMakeAnOptOutButNeverUnmakeOne() {
    assertThat(OptOutRule.read("ya basta", "STOP")).isEqualTo(Keyword.STOP);
    assertThat(OptOutRule.read("stop texting me", "HELP")).isEqualTo(Keyword.STOP);
    assertThat(OptOutRule.read("hello again", "START")).isEqualTo(Keyword.START);
    assertThat(OptOutRule.read("hello again", "")).isEqualTo(Keyword.NONE);
  }

  @Test
  void everyPublishedKeywordIsRead() throws Exception {
    Path file = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("shared/data/sms/optout_keywords.json"))) {
        file = at.resolve("shared/data/sms/optout_keywords.json");
        break;
      }
    }
    assumeTrue(file != null, "the published keywords are not here");
    var lists = JsonMapper.shared().readTree(Files.readString(file));
    for (String stop :
        List.of(
            "twilio_default_stop",
            "twilio_proxy_extra_fr",
            "aws_required_stop",
            "telnyx_default_stop")) {
      lists
          .get(stop)
          .forEach(
              word ->
                  assertThat(OptOutRule.read(word.asString(), null))
                      .as(word.asString())
                      .isEqualTo(Keyword.STOP));
    }
    lists
        .get("twilio_default_start")
        .forEach(
            word ->
                assertThat(OptOutRule.read(word.asString(), null))
                    .isIn(Keyword.START, Keyword.YES));
    lists
        .get("twilio_default_help")
        .forEach(
            word -> assertThat(OptOutRule.read(word.asString(), null)).isEqualTo(Keyword.HELP));
  }

  @Test
  void longTextIsReadInBoundedTime() {
    String hostile = "stop your these those this the any all more such ".repeat(2_000);
    long start = System.nanoTime();
    OptOutRule.read(hostile, null);
    assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
  }
}
