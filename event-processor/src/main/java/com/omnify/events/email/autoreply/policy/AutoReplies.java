package com.omnify.events.email.autoreply.policy;

import com.omnify.events.email.message.policy.MailHeaders;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells answers of machines from those of people: by header fields (RFC 3834 and the older habits),
 * by the subject, and only by plain evidence in the text, for someone who says that they are away
 * is a person who answered.
 */
public final class AutoReplies {

  private static final int FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;

  private static final int LONGEST_TEXT = 8_000;

  private static final Set<String> LOW_PRECEDENCE = Set.of("bulk", "junk", "list", "auto_reply");

  /** Fields that only automatic answers carry, whatever their value but "no". */
  private static final Set<String> TELLING_FIELDS =
      Set.of(
          "x-autoreply",
          "x-autorespond",
          "x-autoresponder",
          "x-autoreply-from",
          "x-autoresponse",
          "x-auto-reply",
          "x-auto-response",
          "x-mail-autoreply",
          "x-vacation",
          "x-apple-action",
          "x-ms-exchange-generated-message-source",
          "x-fc-machinegenerated");

  private static final Pattern AWAY_SUBJECT =
      Pattern.compile(
          "(?:(?:re|aw|sv|ref|rv|tr|odp)\\s?:\\s*){0,3}\\W{0,3}(?:out[ -]of[ -](?:the[ -])?office"
              + "|ooo\\b|away from (?:the |my )?(?:office|desk)|on (?:vacation|leave|holiday)s?\\b"
              + "|abwesenheit|abwesend|nicht im (?:büro|haus)|außer haus|urlaub\\b|urlaubsmeldung"
              + "|absence du bureau|absent(?:e)? du bureau|absence\\s*[:-]|je suis absent"
              + "|fuera de (?:la )?oficina|ausencia|ausente|fora do escrit[oó]rio"
              + "|fuori (?:sede|ufficio)|assente|assenza|afwezig|niet aanwezig|frånvaro"
              + "|frånvarande|fravær|poissa|poissaolo|nieobecno|poza biurem|mimo kancelář"
              + "|нет на месте|вне офиса|отсутств|в отпуске|不在|ofis dışı|távol)",
          FLAGS);

  private static final Pattern AUTO_SUBJECT =
      Pattern.compile(
          "(?:(?:re|aw|sv|ref|rv|tr|odp)\\s?:\\s*){0,3}\\W{0,3}(?:auto(?:matic)?[- ]?(?:reply|response)"
              + "|automated (?:reply|response)|auto[: ]\\s|autoreply|autoresponder"
              + "|automatische antwort|automatische beantwortung|antwort automatisch|autom\\. antwort"
              + "|réponse automatique|reponse automatique|respuesta autom[aá]tica"
              + "|resposta autom[aá]tica|risposta automatica|automatisch antwoord"
              + "|automatisch bericht|automatiskt svar|automatisk svar|automaattinen vastaus"
              + "|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpověď"
              + "|автоответ|автоматический ответ|автоматична відповідь|otomatik yanıt"
              + "|automatikus válasz|răspuns automat|自动回复|自動回覆|自動返信|자동 회신"
              + "|trả lời tự động)",
          FLAGS);

  private static final Pattern AWAY =
      Pattern.compile(
          "\\b(?:i am|i'm|i’m|i will be|i'll be|i’ll be|we are|is)\\s(?:currently |now |presently )?"
              + "(?:out of (?:the |my )?office|away from (?:the |my )?(?:office|desk|email)"
              + "|on (?:annual |parental |maternity |paternity |sick |medical )?(?:leave|vacation|holiday))"
              + "|\\bcurrently (?:out of|away from) (?:the |my )?office"
              + "|\\b(?:nicht im büro|außer haus|im urlaub|abwesend)\\b"
              + "|\\b(?:absent(?:e)?|en congés?|en vacances)\\b"
              + "|\\b(?:fuera de (?:la )?oficina|de vacaciones|ausente)\\b"
              + "|\\b(?:fora do escrit[oó]rio|de férias)\\b"
              + "|\\b(?:fuori ufficio|in ferie|assente)\\b"
              + "|\\b(?:afwezig|niet aanwezig|met vakantie|op vakantie)\\b"
              + "|\\b(?:på semester|ledig|på ferie)\\b|в отпуске|отсутствую|na urlopie",
          FLAGS);

  private static final Pattern THANKS =
      Pattern.compile(
          "\\b(?:thank you|thanks) (?:very much )?for (?:your|the|reaching|contacting|getting|writing|e-?mailing)"
              + "|\\b(?:danke|vielen dank) für ihre|\\bmerci (?:de|pour) votre"
              + "|\\bgracias por (?:su|tu|contactar|escribir)|\\bobrigad[oa] (?:pel[oa]|por)"
              + "|\\bgrazie per (?:la|il|aver)|\\bbedankt voor (?:je|uw|jouw)|\\btack för (?:ditt|ert)",
          FLAGS);

  private static final Pattern LATER =
      Pattern.compile(
          "limited (?:or no )?access|(?:no|intermittent|sporadic) access to (?:my )?e-?mail"
              + "|(?:respond|reply|get back|answer|attend|return)[^.?!]{0,60}\\b(?:upon|when|after|on|once|as soon as)\\b[^.?!]{0,20}\\b(?:return|back)"
              + "|as soon as (?:i|possible|we)|will not be (?:checking|forwarded|read)|not monitored"
              + "|nach meiner rückkehr|nicht weitergeleitet|nicht gelesen|à mon retour"
              + "|a mi (?:regreso|vuelta)|no meu retorno|al mio (?:ritorno|rientro)|bij terugkomst"
              + "|после возвращения",
          FLAGS);

  private static final Pattern INSTEAD =
      Pattern.compile(
          "(?:for|in case of|if)[^.?!]{0,30}\\b(?:urgent|immediate|emergenc|assistance)"
              + "|(?:if|should)[^.?!]{0,40}\\burgent|please (?:contact|call|reach|e-?mail) [^.?!]{0,60}\\b(?:instead|absence|meantime|meanwhile|while)"
              + "|in my absence|in dringenden|wenden sie sich|meine vertretung|en cas d.urgence"
              + "|en mon absence|urgente|em caso de urgência|in caso di|bij spoed|dringende gevallen"
              + "|по срочным",
          FLAGS);

  private static final Pattern SAYS_SO =
      Pattern.compile(
          "\\b(?:this is an (?:automatic|automated|auto)[a-z -]{0,24}(?:reply|response|message|e-?mail|answer|confirmation|notification)"
              + "|this (?:message|e-?mail|reply|response) (?:was|is|has been) (?:sent |generated |created )?automatically"
              + "|(?:automatically|auto)[- ]generated (?:message|e-?mail|reply|response)"
              + "|automat(?:ic|ed) (?:reply|response)|auto-?reply|do not reply to this"
              + "|dies ist eine automatisch|automatisch (?:generierte|erstellte|erzeugte)"
              + "|automatische antwort|ceci est (?:un|une) (?:message|réponse) automatique"
              + "|réponse automatique|respuesta automática|mensaje automático"
              + "|resposta automática|mensagem automática|risposta automatica|messaggio automatico"
              + "|dit is een automatisch|automatiskt svar|automatisk svar|автоматический ответ)",
          FLAGS);

  private AutoReplies() {}

  /**
   * Who answered.
   *
   * @param visible the text without quotations
   * @param received the day it came, by the receiver's calendar: return dates are relative to it
   */
  public static AutoReply recognise(
      MailHeaders headers, String subject, String visible, LocalDate received) {
    String text = visible.length() > LONGEST_TEXT ? visible.substring(0, LONGEST_TEXT) : visible;
    boolean awaySubject = AWAY_SUBJECT.matcher(head(subject)).lookingAt();
    boolean autoSubject = AUTO_SUBJECT.matcher(head(subject)).lookingAt();
    boolean away = AWAY.matcher(text).find();
    boolean automatic = byHeaders(headers) || awaySubject || autoSubject || byText(text, away);
    if (!automatic) {
      return new AutoReply.Person();
    }
    return awaySubject || away
        ? new AutoReply.OutOfOffice(ReturnDates.find(subject + "\n" + text, received))
        : new AutoReply.Machine();
  }

  /** By text alone, where a file holds nothing else. Its first line may be the subject. */
  public static boolean saysSo(String text) {
    String bounded = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    String first = bounded.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    boolean subjectLine =
        first.length() <= 120
            && AUTO_SUBJECT.matcher(head(first.replaceFirst("(?i)^subject:\\s*", ""))).lookingAt();
    return subjectLine || byText(bounded, AWAY.matcher(bounded).find());
  }

  private static boolean byHeaders(MailHeaders headers) {
    String submitted = value(headers, "auto-submitted");
    if (!submitted.isEmpty() && !submitted.startsWith("no")) {
      return true;
    }
    if (TELLING_FIELDS.stream()
        .anyMatch(name -> headers.has(name) && !value(headers, name).equals("no"))) {
      return true;
    }
    if (LOW_PRECEDENCE.contains(value(headers, "precedence"))) {
      return true;
    }
    String suppress = value(headers, "x-auto-response-suppress");
    if (suppress.contains("all") || suppress.contains("oof") || suppress.contains("autoreply")) {
      return true;
    }
    // an answer to it would go nowhere: no person's program writes that
    return headers.raw("return-path").map(AutoReplies::isNobody).orElse(false)
        || value(headers, "delivered-to").startsWith("autoresponder");
  }

  private static boolean isNobody(String path) {
    return path.replace(" ", "").equals("<>");
  }

  /** Saying that it is a machine, or being away and saying what a person would not add. */
  private static boolean byText(String text, boolean away) {
    if (SAYS_SO.matcher(text).find()) {
      return true;
    }
    if (!away || text.indexOf('?') >= 0) {
      return false;
    }
    int evidence = 0;
    evidence += THANKS.matcher(text).find() ? 1 : 0;
    evidence += LATER.matcher(text).find() ? 1 : 0;
    evidence += INSTEAD.matcher(text).find() ? 1 : 0;
    return evidence >= 2;
  }

  private static String value(MailHeaders headers, String name) {
    return headers.raw(name).orElse("").strip().toLowerCase(Locale.ROOT);
  }

  private static String head(String subject) {
    String text = subject.strip();
    return text.length() > 300 ? text.substring(0, 300) : text;
  }
}
