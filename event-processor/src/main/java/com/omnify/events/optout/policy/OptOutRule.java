package com.omnify.events.optout.policy;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds opt-outs by rule: the carriers' keywords as a whole message, however decorated, and plain
 * phrases of revocation anywhere in it. A word alone inside a sentence ("can you stop by tomorrow")
 * is never enough. What stays in doubt is left to the analysis.
 */
public final class OptOutRule {

  /**
   * Twilio's and Telnyx's keywords, the FCC's per-se words, what AWS requires (TD is Telstra's),
   * and French and Spanish ones. Matched against the whole message only.
   */
  private static final Set<String> STOP =
      Set.of(
          "stop",
          "stopp",
          "stopall",
          "stop all",
          "unsubscribe",
          "unsub",
          "end",
          "quit",
          "revoke",
          "optout",
          "opt out",
          "opt me out",
          "cancel",
          "remove",
          "remove me",
          "td",
          "stop it",
          "stop this",
          "stop that",
          "end this",
          "take me off",
          "arret",
          "arrete",
          "arretez",
          "arrett",
          "alto",
          "unsubscribe all",
          "cancel all",
          "end all",
          "quit all");

  /**
   * Those that leave no doubt when more follows: "Stop. Who is this?", but not "Cancel. I'm ill".
   */
  private static final Set<String> CLEAR =
      Set.of(
          "stop",
          "stopall",
          "stop all",
          "unsubscribe",
          "unsub",
          "optout",
          "opt out",
          "opt me out",
          "stop it",
          "remove me",
          "take me off");

  private static final Set<String> START =
      Set.of("start", "unstop", "optin", "opt in", "opt me in", "resubscribe");
  private static final Set<String> HELP = Set.of("help", "info");

  /** Said around a command without changing it. */
  private static final Set<String> DECORATION =
      Set.of(
          "please",
          "pls",
          "plz",
          "plse",
          "kindly",
          "now",
          "thanks",
          "thank",
          "thx",
          "ty",
          "you",
          "u",
          "just",
          "immediately",
          "asap",
          "already",
          "ok",
          "okay",
          "hi",
          "hey",
          "hello",
          "guys",
          "sir",
          "maam",
          "everyone",
          "omg",
          "ffs",
          "seriously",
          "por",
          "favor",
          "svp",
          "merci",
          "gracias",
          "forever",
          "permanently");

  /** "text", "texting me", "sending me these messages": what we do to them. */
  private static final String WRITING =
      "(?:text(?:ing|s)?|txt(?:ing|s)?|messag(?:e|es|ing)|msg(?:ing|s)?|contact(?:ing)?"
          + "|writing|call(?:ing|s)?|email(?:ing|s)?|spam(?:ming)?|bother(?:ing)?|harass(?:ing)?"
          + "|bugging|annoying|solicit(?:ing)?)";

  private static final String TEXTS = "(?:texts?|txts?|messages?|msgs?|sms|texting|messaging|spam)";

  private static final String MESSAGES =
      "(?:texts?|txts?|messages?|msgs?|sms|texting|messaging|calls?|emails?|spam|notifications?"
          + "|reminders?|alerts?|communications?|promotions?|offers|crap|stuff|things)";

  private static final String SUCH =
      "(?:your |these |those |this |the |any |all |more |such |stupid )*";

  /**
   * Revocations in plain words. Read against the message as lower-case words, one blank between.
   */
  private static final List<Pattern> REVOCATIONS =
      List.of(
          phrase("(?:stop|quit|cease) " + WRITING + "(?: (?:me|us|this|my)\\b.*| anymore)?$"),
          phrase("(?:stop|quit|cease) " + WRITING + " (?:me|us|this (?:number|phone))\\b"),
          // a call or an appointment can be cancelled without a word about being written to
          phrase("(?:end|cancel|enough of) " + SUCH + TEXTS + "$"),
          phrase("(?:stop|quit|cease) (?:with )?" + SUCH + MESSAGES + "\\b"),
          phrase(
              "(?:stop|quit) send(?:ing)?(?: me| us)?(?: "
                  + SUCH
                  + MESSAGES
                  + "\\b| (?:these|this|those|it|them)\\b|$)"),
          // "Stop, you have the wrong number"
          Pattern.compile("^stop (?:i|im|ive|i am|this is|wrong|you have|we are|were) "),
          phrase("(?:do not|dont|never) (?:ever )?" + WRITING + "(?: (?:me|us|this number|here))"),
          phrase("(?:do not|dont|never) (?:ever )?send (?:me|us) " + SUCH + MESSAGES + "\\b"),
          phrase("no (?:more|further) (?:" + TEXTS + "|calls|emails|contact)\\b"),
          phrase(
              "(?:remove|take|delete|drop|scratch|strike) (?:me|us|my (?:phone |cell )?number|my (?:phone|name|info|information|contact|details)|this number)"
                  + " (?:from|off|off of|out of) "
                  + SUCH
                  + "(?:(?:mailing|contact|text|texting|call|calling|phone|marketing|email|sms|message) )?"
                  + "(?:lists?|database|texts?|messages|records|contacts|system|distribution|campaigns?)\\b"),
          phrase("(?:remove|delete|lose|forget) my (?:phone |cell )?number\\b"),
          phrase(
              "(?:i |id |we )?(?:want|wish|like|need|would like|wanna|asked|am asking|prefer|choose|demand|request) "
                  + "(?:to )?(?:be )?(?:removed|taken off|unsubscribed?|opted out|opt out"
                  + "|off (?:of )?(?:this|your|the|any|all) (?:\\w+ )?lists?)\\b"),
          phrase("unsubscribe\\b"),
          phrase("(?:opt|opting|opted) (?:me )?out\\b"),
          phrase(
              "(?:i |we )?(?:hereby )?(?:revoke|withdraw|retract) (?:my |our |all |any )*(?:consent|permission)\\b"),
          phrase("leave (?:me|us) alone\\b"),
          phrase("(?:quite|please) stop (?:please )?(?:this|it|them|these)$"),
          phrase("(?:no mas|no quiero mas) (?:mensajes|textos)\\b"),
          phrase("deja(?:r)? de (?:enviar|mandar|escribir)"),
          phrase("desuscrib(?:ir|irme|eme|anme)\\b"));

  /** A revocation that is denied, asked about, limited in time, or told of others. */
  private static final Pattern NOT_NOW =
      Pattern.compile(
          "\\b(?:until|till|til|before|after|during|while|unless|if|whenever|when|later|any ?time|"
              + "so (?:late|early)|this (?:late|early)|tonight|tomorrow|next (?:week|month))\\b");

  private static final Pattern DEFERRED =
      Pattern.compile(
          "\\b(?:today|right now|at the moment|this (?:week|morning|afternoon|evening))\\b");

  /** "Don't text me", which also tells when, or of whom: "you never call me back". */
  private static final Pattern NEGATIVE =
      Pattern.compile("(?:do not|dont|never|no more|no further) ");

  private static final Pattern OTHERS =
      Pattern.compile("\\b(?:you|u|they|guys|he|she|who|there are|are there|is there) $");

  private static final Pattern DENIED_BEFORE =
      Pattern.compile(
          "(?:\\b(?:dont|do not|didnt|did not|never|not|wont|cant|cannot|doesnt|wouldnt|shouldnt|havent|"
              + "no need to|no reason to|instead of|without)(?: (?:want|wish|need|like|have|ever|please|you|to|me))*"
              + "|\\b(?:why|when) (?:did|do|have|would) (?:you|u|they|it)(?: guys)?|\\bdid (?:you|u|they|i)"
              + "|\\bhave you|\\b(?:he|she|they|who) (?:said|told|wants?|asked)(?: (?:me|you|to))*) $");

  /** What a phone sends when somebody taps a reaction: it quotes our own opt-out line back. */
  private static final Pattern TAPBACK =
      Pattern.compile(
          "^\\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? .{3,20} from"
              + "|reacted .{1,12} to|[\\p{So}\\p{Sk}\\x{FE0F}\\x{200D}]+ to)\\s*[\"“”«].*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL | Pattern.UNICODE_CASE);

  /** Our footer quoted back, in any of its usual forms. */
  private static final Pattern FOOTER =
      Pattern.compile(
          "\\b(?:reply|text|txt|send|respond|type|say)(?: with)? (?:stop|end|quit|cancel|unsubscribe|optout)"
              + "(?: (?:to|2|for)(?: (?:opt ?out|unsubscribe|end|cancel|quit|stop|be removed|stop receiving"
              + "(?: messages| texts)?))?)?");

  private static final int LONGEST = 1600;

  private OptOutRule() {}

  /**
   * Reads one message.
   *
   * @param body as it was received
   * @param optOutType the provider's own finding (STOP, START or HELP), where it has one; it can
   *     make a message an opt-out, but never unmake one
   */
  public static Keyword read(String body, @Nullable String optOutType) {
    Keyword provider = providersFinding(optOutType);
    if (provider == Keyword.STOP) {
      return Keyword.STOP;
    }
    Keyword ours = read(body);
    return ours == Keyword.STOP || provider == Keyword.NONE ? ours : provider;
  }

  private static Keyword providersFinding(@Nullable String optOutType) {
    if (optOutType == null) {
      return Keyword.NONE;
    }
    return switch (optOutType.strip().toUpperCase(Locale.ROOT)) {
      case "STOP" -> Keyword.STOP;
      case "START" -> Keyword.START;
      case "HELP" -> Keyword.HELP;
      default -> Keyword.NONE;
    };
  }

  private static Keyword read(String body) {
    if (TAPBACK.matcher(body).matches()) {
      return Keyword.NONE;
    }
    List<String> words = words(body);
    String command = String.join(" ", undecorated(words));
    if (STOP.contains(command)) {
      return Keyword.STOP;
    }
    if (START.contains(command)) {
      return Keyword.START;
    }
    if (HELP.contains(command)) {
      return Keyword.HELP;
    }
    if (CLEAR.contains(String.join(" ", undecorated(firstSentence(words))))) {
      return Keyword.STOP;
    }
    if (words.equals(List.of("yes"))) {
      return Keyword.YES;
    }
    return revokes(words) ? Keyword.STOP : Keyword.NONE;
  }

  private static boolean revokes(List<String> words) {
    // Sentence by sentence: "Don't worry. Stop texting me." is not denied by its first half.
    for (String sentence :
        FOOTER.matcher(String.join(" ", words)).replaceAll(" ").split(" ?\\| ?")) {
      String text = sentence.strip();
      for (Pattern revocation : REVOCATIONS) {
        var found = revocation.matcher(text);
        while (found.find()) {
          String before = text.substring(0, found.start());
          String after = text.substring(found.start());
          boolean negative = NEGATIVE.matcher(found.group()).lookingAt();
          if (!DENIED_BEFORE.matcher(before).find()
              && !NOT_NOW.matcher(after).find()
              && !(negative && (DEFERRED.matcher(after).find() || OTHERS.matcher(before).find()))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static Pattern phrase(String words) {
    return Pattern.compile("(?:^|(?<= ))" + words);
  }

  /**
   * Lower-case words without accents, punctuation, invisible characters and full-width forms; a bar
   * stands where a sentence ends.
   */
  private static List<String> words(String body) {
    String text = body.length() > LONGEST ? body.substring(0, LONGEST) : body;
    text = Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              if (Character.isLetterOrDigit(c)) {
                clean.appendCodePoint(c);
              } else if (c == '\n' || c == '!' || c == '?' || c == '.' || c == ';') {
                clean.append(" | ");
              } else if (type != Character.NON_SPACING_MARK
                  && type != Character.FORMAT
                  && type != Character.ENCLOSING_MARK
                  && c != '\''
                  && c != '’'
                  && c != '‘'
                  && c != '`'
                  && c != '´') {
                clean.append(' ');
              }
            });
    var words = new ArrayList<String>();
    for (String word : clean.toString().strip().split("\\s+")) {
      if (!word.isEmpty()) {
        words.add(word.replaceAll("(.)\\1{2,}", "$1"));
      }
    }
    return spelledOut(words);
  }

  /** "S.T.O.P" and "s t o p" are one word. */
  private static List<String> spelledOut(List<String> words) {
    var letters = words.stream().filter(word -> !word.equals("|")).toList();
    boolean spelled = letters.size() > 2 && letters.stream().allMatch(word -> word.length() == 1);
    return spelled ? List.of(String.join("", letters)) : words;
  }

  private static List<String> firstSentence(List<String> words) {
    int from = words.indexOf("|") == 0 ? 1 : 0;
    int end = words.subList(from, words.size()).indexOf("|");
    return end < 0 ? words : words.subList(from, from + end);
  }

  /** Without courtesies at either end, repetitions and sentence ends. */
  private static List<String> undecorated(List<String> words) {
    var left = new ArrayList<String>();
    for (String word : words) {
      if (!word.equals("|") && (left.isEmpty() || !left.getLast().equals(word))) {
        left.add(word);
      }
    }
    while (left.size() > 1 && DECORATION.contains(left.getFirst())) {
      left.removeFirst();
    }
    while (left.size() > 1 && DECORATION.contains(left.getLast())) {
      left.removeLast();
    }
    return left;
  }
}
