package com.omnify.events.optout.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
          "para",
          "parar",
          "basta",
          "ya basta",
          "no mas",
          "detener",
          "cancelar",
          "baja",
          "dar de baja",
          "darme de baja",
          "desabonner",
          "no more",
          "go away",
          "get lost",
          "no soliciting",
          "remove from list",
          "take off list",
          "f off",
          "fuck off",
          "piss off",
          "unsub me",
          "unsubscribe me",
          "unsubscribe all",
          "cancel all",
          "end all",
          "quit all");

  /**
   * Those that leave no doubt as a sentence among others: "Stop. Who is this?", but not "Cancel.
   * I'm ill".
   */
  private static final Set<String> CLEAR =
      Set.of(
          "stop",
          "stopall",
          "stop all",
          "unsubscribe",
          "unsub",
          "unsub me",
          "optout",
          "opt out",
          "opt me out",
          "stop it",
          "remove me",
          "take me off",
          "unsubscribe me");

  /** Fingers that slip on the shortest word; the next nearest ones mean something else. */
  private static final Set<String> MISSPELT =
      Set.of("stpo", "sotp", "tsop", "stob", "stoo", "stopp");

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

  /** Said around plain words too; "yeah cancel" may well be about an appointment. */
  private static final Set<String> FILLERS =
      Stream.concat(DECORATION.stream(), Stream.of("right", "yeah", "bro", "dude", "man", "ugh"))
          .collect(Collectors.toUnmodifiableSet());

  /** Of those what may fall off a sentence: "hear from you" needs its last word. */
  private static final Set<String> COURTESIES =
      FILLERS.stream()
          .filter(word -> !word.equals("you") && !word.equals("u"))
          .collect(Collectors.toUnmodifiableSet());

  private static final Pattern THANKS = Pattern.compile("\\bthank (?:you|u)\\b");

  /** "text", "texting me", "sending me these messages": what we do to them. */
  private static final String TO_WRITE =
      "(?:text(?:ing|s)?|txt(?:ing|s)?|messag(?:e|es|ing)|msg(?:ing|s)?|contact(?:ing)?"
          + "|writ(?:e|ing)(?: to)?|reach(?:ing)? out(?: to)?|call(?:ing|s)?|email(?:ing|s)?"
          + "|spam(?:ming)?|bother(?:ing)?|harass(?:ing)?|bugging|annoying|solicit(?:ing)?)";

  private static final String WRITING = "(?:" + TO_WRITE + "(?: (?:or|and|nor) " + TO_WRITE + ")*)";

  private static final String TEXTS = "(?:texts?|txts?|messages?|msgs?|sms|texting|messaging|spam)";

  private static final String MESSAGES =
      "(?:texts?|txts?|messages?|msgs?|sms|texting|messaging|calls?|emails?|spam|notifications?"
          + "|reminders?|alerts?|communications?|promotions?|offers|crap|stuff|things)";

  private static final String SUCH =
      "(?:your |ur |these |those |this |the |any |all |more |anymore |further |future |other |such |stupid )*";

  private static final String US = "(?:me|us|(?:this|my|our) (?:number|phone))";

  /** Revocations in plain words. Read against a sentence as lower-case words, one blank between. */
  private static final List<Pattern> ENGLISH =
      List.of(
          phrase("(?:stop|quit|cease) " + WRITING + "(?: (?:me|us|this|my)\\b.*| anymore)?$"),
          phrase("(?:stop|quit|cease) " + WRITING + " (?:me|us|this (?:number|phone))\\b"),
          phrase("(?:stop|quit) (?:trying|attempting) to (?:" + WRITING + "|reach|sell)\\b"),
          phrase("(?:stop|quit) selling (?:me|us)\\b"),
          phrase("(?:stop|quit) blowing (?:me|my phone|up my phone)\\b"),
          // a call or an appointment can be cancelled without a word about being written to
          phrase("(?:end|cancel|discontinue|halt|enough of|enough with) " + SUCH + TEXTS + "$"),
          phrase("cancel (?:my )?subscription to " + SUCH + TEXTS + "\\b"),
          phrase("(?:stop|end|cease) (?:all |any )*(?:communications?|contact)\\b"),
          phrase("cease and desist\\b"),
          phrase(
              "(?:stop|quit|cease) (?:with |w )?" + SUCH + MESSAGES + "\\b(?! (?:and|while) driv)"),
          phrase(
              "(?:stop|quit|cease) send(?:ing)?(?: me| us)?(?: "
                  + SUCH
                  + MESSAGES
                  + "\\b| (?:these|this|those|it|them)\\b|$)"),
          // "Stop, you have the wrong number"
          Pattern.compile(
              "^stop (?:i|im|ive|i am|this is|wrong|you have|we are|were|you are|youre) "),
          Pattern.compile(
              "^(?:.* )?(?:wrong (?:number|person)|signed up|not interested)\\b.* (?:stop|remove|delete)$"),
          phrase("(?:said|(?:told|asked|tell|ask) (?:you|u)(?: guys| all)? to) (?:please )?stop$"),
          Pattern.compile("^(?:will|would|can|could) (?:you|u) (?:please |pls |just )*stop$"),
          phrase(
              "(?:do not|dont|never) (?:ever )?"
                  + WRITING
                  + " (?:"
                  + US
                  + "|here|again|anymore|any more)\\b"),
          phrase(
              "(?:do not|dont|no longer) (?:want|like|need) (?:you|u|yall|anyone|anybody) (?:to )?(?:ever )?"
                  + WRITING
                  + " "
                  + US
                  + "\\b"),
          phrase("(?:prefer|rather) not (?:to )?(?:get|receive) " + SUCH + TEXTS + "\\b"),
          phrase("not interested in (?:getting|receiving|your|these|any) " + SUCH + TEXTS + "\\b"),
          phrase("not " + WRITING + " " + US + " (?:anymore|any more|again|ever)\\b"),
          phrase("(?:do not|dont|never) (?:ever )?send (?:me|us) " + SUCH + MESSAGES + "\\b"),
          phrase(
              "(?:do not|dont|never) (?:ever )?send (?:any more|anymore|more|any further|further) "
                  + TEXTS
                  + "\\b"),
          phrase(
              "(?:do not|dont|never) (?:ever )?send (?:(?:me|us) )?anything(?: else| more| again)?$"),
          phrase(
              "(?:do not|dont|no longer) (?:want|wish|care|need)(?: to)? hear (?:anything )?(?:more )?from (?:you|u|yall|this|anyone)\\b"),
          phrase(
              "(?:do not|dont|did not|didnt|never) (?:consent|agree)(?:ed)? to (?:"
                  + SUCH
                  + TEXTS
                  + "\\b|(?:be )?(?:texted|contacted|messaged|called))"),
          phrase(
              "(?:do not|dont|did not|didnt|never) (?:have|had|give|gave|given) (?:you |u )?(?:my |our |any )?(?:permission|consent) to "
                  + WRITING),
          phrase(
              "no (?:more|further) (?:"
                  + TEXTS
                  + "|calls|emails|contact)\\b(?! (?:needed|necessary|required))"),
          phrase(
              "(?:do not|dont|no longer) (?:want|wish|care|consent|agree)(?: to)?"
                  + " (?:receive|receiving|get|getting|be sent|be getting|be receiving|see) "
                  + SUCH
                  + TEXTS
                  + "\\b"),
          phrase(
              "(?:do not|dont|no longer) want (?:your|these|those|this|any|any more|anymore|more) "
                  + SUCH
                  + TEXTS
                  + "\\b"),
          phrase(
              "(?:do not|dont|no longer) (?:want|wish|like|care)(?: to)? be"
                  + " (?:contacted|texted|messaged|bothered|on (?:this|your|the) (?:\\w+ )?list)\\b"),
          phrase(
              "(?:remove|take|get|delete|erase|drop|scratch|strike) (?:me|us|(?:my|our) (?:phone |cell )?number|(?:my|our) (?:phone|name|info|information|contact|details)|this number)"
                  + " (?:from|off|off of|out of) "
                  + SUCH
                  + "(?:(?:mailing|contact|text|texting|call|calling|phone|marketing|email|sms|message) )?"
                  + "(?:lists?|database|texts?|messages|records|contacts|system|distribution|campaigns?)\\b"),
          phrase(
              "(?:(?:remove|delete|erase|block) "
                  + US
                  + "|(?:take|get) (?:me|us|(?:my|our|this) (?:number|phone|name)) off)(?: please| pls| now| thanks| thx)*$"),
          phrase("(?:remove|delete|erase|lose|forget|block) my (?:phone |cell )?number\\b"),
          phrase("lose (?:this number|my contact)\\b"),
          Pattern.compile(
              "^(?:(?:remove|take) (?:from|off)|off)(?: of)? (?:your |ur |this |the |all )(?:\\w+ )?lists?$"),
          phrase(
              "(?:remove|delete|erase) my (?:contact|(?:contact )?(?:info|information|details|data))$"),
          phrase(
              "be (?:removed|deleted|taken|dropped) (?:from|off|off of|out of) "
                  + SUCH
                  + "(?:\\w+ )?(?:lists?|database|system|campaigns?)\\b"),
          phrase("opt " + US + " out\\b"),
          phrase(
              "(?:put|add|place) "
                  + US
                  + " (?:on|to|in) (?:your |ur |the |a )*(?:do not|dont|no) "
                  + WRITING
                  + "\\b"),
          phrase("do not (?:call|contact|text) list\\b"),
          phrase(
              "(?:i |id |we )?(?:want|wish|like|need|would like|wanna|asked|am asking|prefer|choose|demand|request) "
                  + "(?:to )?(?:be )?(?:removed|taken off|unsubscribed?|opted out|opt out"
                  + "|off (?:of )?(?:this|your|the|any|all) (?:\\w+ )?lists?)\\b"),
          // however it is spelled
          phrase("unsu[bscri]{4,7}e?\\b"),
          phrase(
              "(?:opt|opting|opted) (?:me |us )?out(?: (?:from|for|"
                  + US
                  + ")\\b| of "
                  + SUCH
                  + "(?:"
                  + MESSAGES
                  + "|lists?|everything|this|these|it|all)\\b|$)"),
          phrase(
              "(?:i |we )?(?:hereby )?(?:revoke|withdraw|retract) (?:my |our |all |any )*(?:consent|permission)\\b"),
          phrase("leave (?:me|us) (?:the \\w+ |tf )?alone\\b(?! with)"),
          phrase("(?:quite|please) stop (?:please )?(?:this|it|them|these)$"));

  private static final String ESCRIBIR =
      "(?:escrib|mand|envi|contact|llam|molest)(?:a|e|as|es|an|en)";

  private static final List<Pattern> SPANISH =
      List.of(
          phrase(
              "no (?:quiero|deseo) (?:recibir )?(?:mas |sus |tus |estos )*(?:mensajes|textos|sms)\\b"),
          phrase("no mas (?:mensajes|textos|sms)\\b"),
          phrase(
              "(?:ya no (?:me |nos )"
                  + ESCRIBIR
                  + "|no (?:me |nos )"
                  + ESCRIBIR
                  + "(?: \\w+)? mas)\\b"),
          phrase(
              "(?:dej|par)(?:a|e|en|ar) de (?:enviar|mandar|escribir|llamar|molestar|contactar)"),
          phrase("dar(?:me|nos) de baja\\b"),
          phrase("desuscrib(?:ir|irme|eme|anme)\\b"),
          phrase("(?:quit|borr|elimin|sac|saqu)(?:a|e|en)(?:me|nos) de (?:su|tu|la|esta) lista\\b"),
          phrase("(?:borr|elimin|quit)(?:a|e|en) mi numero\\b"));

  private static final List<Pattern> FRENCH =
      List.of(
          phrase(
              "arretez? (?:de |d)(?:me |m|nous )?(?:envoyer|ecrire|contacter|texter|appeler)\\b"),
          phrase("ne (?:me |m|nous )?(?:envoyez|ecrivez|contactez|textez|appelez) plus\\b"),
          phrase("(?:me desabonner|desabonnez(?: |)moi)\\b"),
          phrase("plus de (?:messages|textos|sms)$"));

  private static final List<Pattern> REVOCATIONS =
      Stream.of(ENGLISH, SPANISH, FRENCH).flatMap(List::stream).toList();

  /** "Don't call me, text me" asks for our messages. */
  private static final Pattern NO_CALL =
      Pattern.compile("(?:do not|dont|never) (?:ever )?call(?:ing|s)? ");

  private static final Pattern TEXT_INSTEAD =
      Pattern.compile(
          "\\b(?:text|txt|message|email) (?:me|us|is|only|instead|please)\\b|\\b(?:just|please|only) (?:text|txt)\\b");

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
    List<String> words = SpokenWords.of(body);
    String command = String.join(" ", undecorated(words, DECORATION));
    if (STOP.contains(command) || MISSPELT.contains(command) || disguised(body)) {
      return Keyword.STOP;
    }
    if (START.contains(command)) {
      return Keyword.START;
    }
    if (HELP.contains(command)) {
      return Keyword.HELP;
    }
    if (SpokenWords.sentences(words).stream()
        .anyMatch(sentence -> CLEAR.contains(String.join(" ", undecorated(sentence, FILLERS))))) {
      return Keyword.STOP;
    }
    if (words.equals(List.of("yes"))) {
      return Keyword.YES;
    }
    return revoked(words) == Spoken.STOP ? Keyword.STOP : Keyword.NONE;
  }

  /** What somebody has said in a call. */
  public enum Spoken {
    /** Leave me alone. */
    STOP,
    /** Don't call, write. */
    NO_CALLS,
    /** Nothing of that kind. */
    NONE
  }

  /**
   * Reads one turn of a call as it was taken down. A bare word is an answer to a question more
   * often than a command there: "Cancel." may well be about the appointment. So only those that
   * leave no doubt count, and only where nothing else was said; plain phrases count as they do in
   * writing.
   */
  public static Spoken inSpeech(String turn) {
    List<String> words = SpokenWords.of(turn);
    return CLEAR.contains(String.join(" ", undecorated(words, FILLERS)))
        ? Spoken.STOP
        : revoked(words);
  }

  /** "ST0P" and "$top": digits and signs that stand for letters, in a keyword alone. */
  private static boolean disguised(String body) {
    String word = body.strip().toLowerCase(Locale.ROOT);
    return word.length() <= 12
        && STOP.contains(
            word.replace('0', 'o').replace('$', 's').replace('5', 's').replace('@', 'a'));
  }

  private static Spoken revoked(List<String> words) {
    var found = Spoken.NONE;
    // Sentence by sentence: "Don't worry. Stop texting me." is not denied by its first half.
    String all =
        THANKS
            .matcher(FOOTER.matcher(String.join(" ", words)).replaceAll(" "))
            .replaceAll("thanks");
    for (List<String> sentence : SpokenWords.sentences(List.of(all.strip().split(" +")))) {
      String text = String.join(" ", undecorated(sentence, COURTESIES));
      for (Pattern revocation : REVOCATIONS) {
        var phrase = revocation.matcher(text);
        while (phrase.find()) {
          String before = text.substring(0, phrase.start());
          String after = text.substring(phrase.start());
          boolean negative =
              NEGATIVE.matcher(phrase.group()).lookingAt()
                  && !phrase.group().contains("permission");
          boolean wantsTexts =
              NO_CALL.matcher(phrase.group()).lookingAt()
                  && TEXT_INSTEAD.matcher(before + "| " + text.substring(phrase.end())).find();
          if (!DENIED_BEFORE.matcher(before).find()
              && !NOT_NOW.matcher(after).find()
              && !(negative && (DEFERRED.matcher(after).find() || OTHERS.matcher(before).find()))) {
            if (!wantsTexts) {
              return Spoken.STOP;
            }
            found = Spoken.NO_CALLS;
          }
        }
      }
    }
    return found;
  }

  private static Pattern phrase(String words) {
    return Pattern.compile("(?:^|(?<= ))" + words);
  }

  /** Without courtesies at either end, repetitions and sentence ends. */
  private static List<String> undecorated(List<String> words, Set<String> decoration) {
    var left = new ArrayList<String>();
    for (String word : words) {
      if (!word.equals("|") && (left.isEmpty() || !left.getLast().equals(word))) {
        left.add(word);
      }
    }
    while (left.size() > 1 && decoration.contains(left.getFirst())) {
      left.removeFirst();
    }
    while (left.size() > 1 && decoration.contains(left.getLast())) {
      left.removeLast();
    }
    return left;
  }
}
