package com.omnify.events.email.bounce.policy;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The verdict on a failed delivery: by the enhanced status code where it says enough, by the words
 * of the failing server where the code is general. In doubt soft: an address is given up only on
 * plain evidence.
 *
 * @param code the enhanced status code that decided; empty where none was given
 */
public record BounceStatus(String code, BounceClass bounceClass) {

  private static final int FLAGS = Pattern.CASE_INSENSITIVE;

  private static final int LONGEST = 2_000;

  private static final Pattern ENHANCED =
      Pattern.compile("(?<![\\d.])([245]\\.\\d{1,3}\\.\\d{1,3})(?![\\d.]*\\d)");

  private static final Pattern REPLY_CODE =
      Pattern.compile("(?<![\\d.:-])([245]\\d\\d)(?=[\\s:;,-]|$)");

  private static final Set<String> HARD =
      Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1");

  private static final Set<String> FULL = Set.of("5.2.2");

  private static final Pattern FULL_WORDS =
      words(
          "mailbox (?:is )?(?:full|exceed)|(?:over|exceed\\w*|out of)\\W{1,3}(?:the |its |his |storage |mail ?box |disk )*(?:quota|storage|limit|allowed size)",
          "quota (?:is |has been )?(?:exceeded|full)|over ?quota|quota exceed|mailbox exceeds|insufficient (?:system )?storage",
          "not enough (?:disk )?space|disk full|mail ?box size|boîte (?:pleine|est pleine)|buz[oó]n lleno",
          "postfach (?:ist )?voll|mail ?folder is full|user is over|account is full|inbox is full|memory full");

  private static final Pattern SPAM_WORDS =
      words(
          "\\bspam|\\bube\\b|unsolicited|junk ?mail|bulk mail|block ?list|black ?list|\\brbl\\b|dnsbl|uribl|surbl|spamhaus|barracuda",
          "spamcop|cloudmark|senderbase|sender ?score|reputation|blocked (?:using|by|because|due)|has been blocked",
          "\\bdmarc|\\bdkim|\\bspf\\b|unauthenticated|authentication (?:check|failed|required by policy)|not authorized to send",
          "policy (?:reasons|violation|restriction)|local policy|violat\\w+ (?:of )?(?:our |the )?polic|security polic|message content rejected",
          "content (?:rejected|filter)|rejected (?:by|due to|for) (?:content|policy)|mail (?:was )?rejected\\. ofr|\\bofr_?\\d|mail rejet[ée]",
          "access denied|not allowed to send|reverse dns|\\bptr\\b|rdns|unwanted (?:mail|messages)|poor reputation|(?<!not )listed (?:in|on|at)",
          "virus|malware|infected|phish|open relay|no access from mail server|your (?:ip|host|server) (?:address )?(?:is|was|has been) (?:blocked|banned|rejected)",
          "too many (?:spam|unwanted|complaints)|suspicious|banned (?:content|sender|file|ip)");

  private static final Pattern HARD_WORDS =
      words(
          "(?:user|recipient|mailbox|account|address|addressee|subscriber|customer|alias|username|login|id)\\W{0,3}(?:name |address |account |[^\\s@]{1,64}@\\S{1,120} )?(?:is |was |has |does |are )*(?:\\(?not |n't |un)(?: ?been )?(?:known|found|exist|valid|recogni[sz]ed|here|a known|listed|registered|available at|local|present)",
          "unknown (?:user|recipient|local[ -]part|mailbox|account|address|or illegal alias|virtual)|no such (?:user|recipient|mailbox|account|address|person|domain|host|local user|addressee|alias)",
          "user unknown|user not known|unrouteable address|(?:user|mailbox|account|address) (?:does not|doesn'?t) exist|doesn'?t have an? \\S{1,80} account",
          "invalid (?:recipient|mailbox|user|address|rcpt)|recipient (?:name )?(?:is )?not (?:recogni[sz]ed|found|known)|(?:mailbox|account) (?:is |has been )?(?:disabled|deleted|closed|terminated|inactive|no longer)",
          "inactive (?:e-?mail|user|account|mailbox|address)|no mailbox|mailbox (?:is )?unavailable|no (?:valid )?recipients|not our customer|isn'?t (?:a|my) (?:known|valid) (?:user|recipient)",
          "host (?:or domain name )?(?:is )?(?:unknown|not found)|unknown host|(?:domain|host) (?:name )?(?:\\S{1,100} )?(?:is |was )?not (?:found|exist)|couldn'?t find any host|name or service not known|nxdomain",
          "no (?:mx|mail exchanger|a record)|find a mail exchanger|does(?: not|n'?t) accept (?:mail|e-?mail)|no smtp service|null mx|domain (?:does not|doesn'?t) exist|dns lookup failure: host",
          "all relevant mx records point to non-existent hosts|bad destination (?:mailbox|system) address|address (?:is )?(?:rejected: )?user unknown|undeliverable address|no longer (?:valid|exists|available|in use|with|employed|works)");

  /** Of the sender, whatever else the words would mean. */
  private static final Pattern ABOUT_SENDER =
      words(
          "sender (?:address )?(?:rejected|denied|verify|domain|not)|domain of sender|from:? (?:domain|header)|mail from|valid sender|header error");

  /**
   * The verdict.
   *
   * @param status as the report gives it; may be empty or no code at all
   * @param words what the failing server said; may be empty
   */
  public static BounceStatus of(String status, String words) {
    String said = words.length() > LONGEST ? words.substring(0, LONGEST) : words;
    String code = code(status, said);
    int reply = replyCode(said);
    if (code.startsWith("4") || code.isEmpty() && reply / 100 == 4) {
      return new BounceStatus(code, BounceClass.SOFT);
    }
    if (code.startsWith("2") || code.isEmpty() && reply / 100 == 2) {
      return new BounceStatus(code, BounceClass.NONE);
    }
    if (code.startsWith("5.7.")) {
      return new BounceStatus(code, BounceClass.SPAM);
    }
    if (HARD.contains(code)) {
      return new BounceStatus(code, BounceClass.HARD);
    }
    if (FULL.contains(code)) {
      return new BounceStatus(code, BounceClass.SOFT);
    }
    return new BounceStatus(code, byWords(said, reply));
  }

  private static BounceClass byWords(String said, int reply) {
    if (FULL_WORDS.matcher(said).find()) {
      return BounceClass.SOFT;
    }
    if (SPAM_WORDS.matcher(said).find()) {
      return BounceClass.SPAM;
    }
    if (ABOUT_SENDER.matcher(said).find()) {
      return BounceClass.SOFT;
    }
    // the host takes no mail at all (RFC 7504)
    if (HARD_WORDS.matcher(said).find() || reply == 521 || reply == 556) {
      return BounceClass.HARD;
    }
    return BounceClass.SOFT;
  }

  /**
   * The code of the server that refused beats the one that the reporting server made of it, unless
   * it says less.
   */
  private static String code(String status, String said) {
    Matcher given = ENHANCED.matcher(status);
    String reported = given.find() ? given.group(1) : "";
    String general = "";
    Matcher found = ENHANCED.matcher(said);
    while (found.find()) {
      if (!GENERAL_ONLY.matcher(found.group(1)).matches()) {
        return found.group(1);
      }
      general = general.isEmpty() ? found.group(1) : general;
    }
    return reported.isEmpty() ? general : reported;
  }

  private static final Pattern GENERAL_ONLY = Pattern.compile("\\d\\.\\d{1,3}\\.0");

  private static int replyCode(String said) {
    Matcher code = REPLY_CODE.matcher(said);
    return code.find() ? Integer.parseInt(code.group(1)) : 0;
  }

  private static Pattern words(String... alternatives) {
    return Pattern.compile(String.join("|", List.of(alternatives)), FLAGS);
  }
}
