package com.omnify.sandbox.persona.policy;

import java.util.List;

/** What people write. Small on purpose; written to sound like phones, not like templates. */
final class Phrases {

  static final List<String> EAGER =
      List.of(
          "Yes please, I'm interested!",
          "Hi! yes that would be great, can someone call me today?",
          "Perfect timing, I was about to look for someone. What do you need from me?",
          "Sounds good 👍 how do we get started",
          "Yep still need it. This week if possible",
          "Oh nice, yes. I'm home after 4 most days",
          "Interested. My husband is too, we want it done before the holidays",
          "sure, tell me more");

  static final List<String> QUESTION =
      List.of(
          "How much is it roughly?",
          "What would that cost for a 3 bedroom house?",
          "do you charge for the estimate",
          "Is there a price list somewhere? Don't want surprises",
          "How long does it usually take?",
          "Are you licensed and insured?",
          "Does that price include parts?",
          "What areas do you cover? I'm a bit outside town");

  static final List<String> OBJECTION =
      List.of(
          "Honestly that's more than I wanted to spend",
          "We already got another quote, theirs was a lot lower",
          "Not now, maybe in the spring",
          "I need to talk to my wife first",
          "I've never heard of you guys, how do I know this is legit?",
          "We already have someone who does this for us",
          "Had a bad experience with a company like yours last year so I'm careful",
          "Too busy this month, can't think about it");

  static final List<String> BOOKING =
      List.of(
          "Yes, Tuesday 3pm works",
          "Thursday morning is good for me, say 9:30?",
          "Let's do tomorrow at 2",
          "Ok book me in for Friday afternoon please",
          "Monday works, any time after 10",
          "Can we say Wednesday 4pm? Address is the same");

  static final List<String> BOOKING_SOON =
      List.of(
          "Yes I want an appointment, what times do you have?",
          "Can I book something for next week?",
          "I'd like to schedule, mornings are best");

  static final List<String> STOP = List.of("STOP", "Stop", "stop", "UNSUBSCRIBE", "Cancel", "QUIT");

  static final List<String> POLITE_STOP =
      List.of(
          "please take me off your list",
          "Hi, could you not text me anymore? Thanks",
          "I'd rather not get these messages, please remove my number",
          "wrong person I think. pls delete my number",
          "Not interested, don't contact me again please");

  static final List<String> MAIL_GREETINGS = List.of("Hi,\n\n", "Hello,\n\n", "Hi there,\n\n", "");

  static final List<String> MAIL_CLOSINGS =
      List.of("\n\nThanks", "\n\nBest regards", "\n\nThank you", "");

  static final List<String> MAIL_STOP = List.of("Unsubscribe", "STOP", "unsubscribe", "Remove me");

  static final List<String> MAIL_POLITE_STOP =
      List.of(
          "please take me off your list",
          "Hello,\n\nI'd rather not get these e-mails. Please remove my address.",
          "Could you please stop e-mailing me? Thanks.",
          "Hi, please don't contact me again.");

  // %s is the first day back
  static final List<String> MAIL_AWAY =
      List.of(
          "Hello,\n\nI am out of the office and will be back on %s.\n\nFor anything urgent please call"
              + " our front desk.",
          "Thank you for your message. I'm on vacation with no access to e-mail and will return on"
              + " %s.",
          "I am currently away. I will be back in the office on %s and will answer your e-mail"
              + " then.");

  private Phrases() {}
}
