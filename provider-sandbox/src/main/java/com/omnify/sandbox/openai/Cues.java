package com.omnify.sandbox.openai;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What in a text speaks for a label. A stand-in for a model that is good enough to give different
 * people different answers, and the same text always the same one; not something to rely on.
 */
final class Cues {

  private static final Map<String, Pattern> BY_LABEL = new LinkedHashMap<>();

  static {
    cue(
        "opt_out",
        "\\bstop\\b|unsubscribe|take me off|remove (me|my)|delete my number|(don'?t|do not|not to|not) (text|call|contact|message|be contacted)");
    cue("unsubscribe", "\\bstop\\b|unsubscribe|take me off|remove (me|my)|delete my number");
    cue("not_interested", "not interested|no thanks|no thank you|no longer need|don'?t need");
    cue(
        "angry",
        "angry|furious|ridiculous|sick of|harass|lawyer|leave me alone|stop (calling|texting)");
    cue(
        "frustrat",
        "frustrat|annoy|still waiting|third time|again and again|nobody (called|answered)");
    cue("anxious", "worried|afraid|nervous|anxious");
    cue("confused", "don'?t understand|confus|what do you mean|who is this");
    cue("skeptic", "legit|scam|how do i know|bad experience|never heard of|reviews");
    cue("trust", "legit|scam|how do i know|bad experience|never heard of|reviews");
    cue("excited", "perfect|awesome|can'?t wait|love it|great[!,. ]");
    cue("grateful", "thank|appreciate");
    cue("happy", "thank|happy|glad|great");
    cue("price", "price|cost|expensive|cheaper|quote|\\$|afford|budget|more than i wanted|charge");
    cue("timing", "not now|later|spring|next (year|month|season)|too busy|busy this");
    cue("competitor", "someone else|another (company|quote)|already have someone|other quote");
    cue("authority", "my (wife|husband|partner|boss)|talk to (him|her|them)");
    cue("decision", "my (wife|husband|partner|boss)");
    cue("no_need", "don'?t need|no longer need|already done");
    cue("wrong_number", "wrong (number|person)");
    cue("auto_reply", "out of (the )?office|automatic reply|on vacation|away until");
    cue(
        "book",
        "\\bbook\\b|appointment|schedule|works for me|(mon|tues|wednes|thurs|fri)day|tomorrow at");
    cue("schedul", "\\bbook\\b|appointment|schedule|(mon|tues|wednes|thurs|fri)day");
    cue("escalate", "real person|manager|lawyer|complain|speak to (a|some)");
    cue("human", "real person|manager|lawyer|complain|speak to (a|some)|someone call me");
    cue("address_objection", "expensive|cheaper|another quote|not now|legit|more than i wanted");
    cue("fast_track", "today|asap|as soon as|this week|ready to");
    cue("urgent", "asap|urgent|emergency|today|right away|leak");
    cue("high", "asap|urgent|emergency|today|right away|leak");
    cue("hot", "book|today|this week|ready|let'?s do");
    cue("warm", "interested|tell me more|sounds good|sure");
    cue("cold", "not interested|no thanks|stop");
    cue("interested", "(?<!not )interested|tell me more|sounds good|\\bsure\\b|\\byes\\b");
    cue("positive", "(?<!not )interested|sounds good|perfect|great|\\byes\\b|thank");
    cue("negative", "not interested|expensive|stop|ridiculous|bad experience|no thanks");
    cue("question", "\\?");
    cue("info", "\\?|tell me more|how does");
    cue("curious", "\\?|tell me more");
  }

  private Cues() {}

  private static void cue(String label, String pattern) {
    BY_LABEL.put(label, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
  }

  /** How much of the text speaks for a label; 0 when nothing does. */
  static int weight(String label, String text) {
    var normal = label.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
    int weight = 0;
    int rank = BY_LABEL.size();
    for (var cue : BY_LABEL.entrySet()) {
      // the sharper labels stand first and win among equals
      rank--;
      if (normal.equals(cue.getKey()) || normal.contains(cue.getKey())) {
        var found = cue.getValue().matcher(text);
        int hits = 0;
        while (found.find()) {
          hits++;
        }
        if (hits > 0) {
          weight = Math.max(weight, hits * 100 + rank);
        }
      }
    }
    return weight;
  }
}
