package com.omnify.events.email.reply.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a quotation begins: "On … wrote:", Outlook's block of header fields, "Original Message", in
 * the languages of the common mail programs. Every pattern is anchored and bounded.
 */
final class QuoteStarts {

  /**
   * A beginning.
   *
   * @param before what was said on the same line
   * @param next the first line after it
   */
  record Start(String before, int next) {}

  private static final int FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;

  private static final int LONGEST_LINE = 1_000;
  private static final int LONGEST_INTRODUCTION = 400;
  private static final int MOST_INTRODUCTION_LINES = 6;

  /** "On Monday", "Am 3. Mai", …: what an introduction begins with, before its date. */
  private static final String ON =
      "on|am|le|el|il|op|den|på|em|no dia|w dniu|dnia|dne|vào|ngày|dana|pada|ned|la|în data de"
          + "|pe|στις|в|tarihinde|в отношении";

  private static final String WROTE =
      "wrote|writes|sent|schrieb|schrieben|geschrieben|a [ée]crit|escribió|escribi[oó]|ha scritto"
          + "|scrisse|escreveu|schreef|geschreven|skrev|kirjoitti|napisał\\(a\\)|napisała?"
          + "|użytkownik.{1,80}napisał|napsala?|a scris|írta|написала?|пише|пишет|писала?|đã viết"
          + "|yazdı|şunları yazdı|έγραψε|menulis";

  /** What a sentence of one's own seldom has: a time, a year, a date in figures, an address. */
  private static final String WHEN = "(?:\\d[:.h]\\d{2}|\\d{4}|\\d[./-]\\d|\\d\\.\\s\\p{L}{3}|@)";

  private static final String DATE =
      "(?:\\d{1,2}|\\d{4})[./-]\\d{1,2}[./-](?:\\d{4}|\\d{2}|\\d{1})\\b";

  private static final String ADDRESS =
      "[<(\\[]\\s*(?:mailto:)?[^<>()\\[\\]]{0,80}@[^<>()]{1,120}[>)\\]]";

  /** On … 3 May … wrote: (a digit is somewhere between; the colon or dashes end it). */
  private static final Pattern ON_WROTE =
      Pattern.compile(
          "[\\s>*_-]{0,12}(?:"
              + ON
              + ")\\b(?=.{0,200}"
              + WHEN
              + ").{1,300}?(?<!\\w)(?:"
              + WROTE
              + ")(?!\\w).{0,160}?(?:[:：]|-{2,})[\\s*_-]*",
          FLAGS);

  /** 2014-10-17 11:28 GMT+03:00 Name &lt;address&gt;: with or without a verb and a colon. */
  private static final Pattern DATE_NAME_ADDRESS =
      Pattern.compile(
          "[\\s>*_-]{0,12}"
              + DATE
              + ".{0,160}?"
              + ADDRESS
              + ">?\\s*(?:"
              + WROTE
              + ")?\\s*[:：]?\\s*",
          FLAGS);

  /** Thu, 26 Jun 2014 14:00:51 +0400 from Name &lt;address&gt;: */
  private static final Pattern LONG_DATE_NAME_ADDRESS =
      Pattern.compile(
          "[\\s>*_-]{0,12}(?:\\p{L}{2,14}\\.?,?\\s)?\\d{1,2}\\.?\\s(?:de\\s)?\\p{L}{3,12}\\.?,?\\s(?:de\\s)?\\d{4}"
              + ".{0,160}?"
              + ADDRESS
              + ">?\\s*(?:"
              + WROTE
              + ")?\\s*[:：]\\s*",
          FLAGS);

  /** Name &lt;address&gt; wrote: */
  private static final Pattern ADDRESS_WROTE =
      Pattern.compile("[^\\n]{0,200}?" + ADDRESS + ">?\\s*(?:" + WROTE + ")\\s*[:：]\\s*", FLAGS);

  /** Chinese, Japanese and Korean programs put the date in characters, the verb last or nowhere. */
  private static final Pattern EASTERN =
      Pattern.compile(
          "[\\s>*_-]{0,12}.{0,160}?\\d{4}\\s?[年년].{1,200}?(?:写道|寫道|書きました|작성|[>)])[^:：]{0,10}[:：]\\s*");

  /** ---- Name wrote ---- */
  private static final Pattern DASHED =
      Pattern.compile("\\s*-{2,}\\s*[^-].{0,120}\\s(?:" + WROTE + ")\\s*:?\\s*-{2,}\\s*", FLAGS);

  private static final Pattern SEPARATOR =
      Pattern.compile(
          "[\\s>*_]*[-_=]{2,}\\s*(?:original message|original appointment|reply message|ursprüngliche nachricht"
              + "|originalnachricht|urspr\\. nachricht|message d'origine|message original"
              + "|message d’origine|mensaje original|messaggio originale|mensagem original"
              + "|oorspronkelijk bericht|ursprungligt meddelande|originalmeddelande"
              + "|original meddelelse|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti"
              + "|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение"
              + "|пересылаемое исходное сообщение|orijinal mesaj|eredeti üzenet|mesajul original"
              + "|原始邮件|元のメッセージ|원본 메시지)\\s*[-_=]{2,}.{0,40}",
          FLAGS);

  private static final Pattern FORWARD =
      Pattern.compile(
          "[\\s*_]*(?:[-_=]{2,}\\s*(?:forwarded message|weitergeleitete nachricht|message transféré"
              + "|message transf[eé]r[eé]|mensaje reenviado|messaggio inoltrato"
              + "|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande"
              + "|videresendt meddelelse|videresendt melding|пересылаемое сообщение"
              + "|przekazana wiadomość)\\s*[-_=]{2,}.{0,40}"
              + "|(?:begin forwarded message|anfang der weitergeleiteten nachricht"
              + "|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado"
              + "|inizio messaggio inoltrato)\\s*:)\\s*",
          FLAGS);

  private static final Pattern RULE = Pattern.compile("\\s*_{20,}\\s*");

  private static final Pattern LABEL =
      Pattern.compile(
          "[\\s>*_|]{0,12}([\\p{L}][\\p{L} .-]{0,24}?)\\s?\\*?\\s?[:：]\\*?(?:\\s|$).*", FLAGS);

  private static final Pattern BROKEN_ADDRESS = Pattern.compile(">{1,3}\\s*\\S{1,40}\\s*[:：]");

  private enum Field {
    FROM,
    DATE,
    TO,
    COPY,
    SUBJECT
  }

  private static final Map<String, Field> LABELS = labels();

  private static final Pattern ON_DATE =
      Pattern.compile(
          "(?<![\\w])on\\s+(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct"
              + "|nov|dec)[a-z]{0,9}[,.]?\\s|\\d{1,4}[./ -])",
          FLAGS);

  private QuoteStarts() {}

  static boolean isForward(String line) {
    return line.length() <= LONGEST_LINE && FORWARD.matcher(line).matches();
  }

  /** What begins at this line, or null. */
  static @Nullable Start at(List<String> lines, int at) {
    String line = lines.get(at);
    if (line.isBlank() || line.length() > LONGEST_LINE) {
      return null;
    }
    if (SEPARATOR.matcher(line).matches()) {
      return new Start("", afterFields(lines, at + 1));
    }
    if (DASHED.matcher(line).matches()) {
      return new Start("", at + 1);
    }
    if (RULE.matcher(line).matches()) {
      int next = nextSaid(lines, at + 1);
      return next < lines.size() && endOfBlock(lines, next) > 0
          ? new Start("", endOfBlock(lines, next))
          : null;
    }
    int block = endOfBlock(lines, at);
    if (block > 0) {
      return new Start("", block);
    }
    int introduction = endOfIntroduction(lines, at, line);
    if (introduction > 0) {
      return new Start("", introduction);
    }
    return sharedLine(lines, at);
  }

  /** The reply and "On …, … wrote:" on one line. */
  private static @Nullable Start sharedLine(List<String> lines, int at) {
    String line = lines.get(at);
    Matcher on = ON_DATE.matcher(line);
    while (on.find()) {
      if (on.start() > 0) {
        int end = endOfIntroduction(lines, at, line.substring(on.start()));
        if (end > 0) {
          return new Start(line.substring(0, on.start()).replaceFirst("[\\s-]{1,20}$", ""), end);
        }
      }
    }
    return null;
  }

  /** The line after an introduction that begins with this text, or -1. It may take some lines. */
  private static int endOfIntroduction(List<String> lines, int at, String first) {
    if (!mayIntroduce(first)) {
      return -1;
    }
    for (int last = at; last < lines.size() && last < at + MOST_INTRODUCTION_LINES; last++) {
      String line = lines.get(last).strip();
      // "> wrote:" is the end of an address that was broken over lines
      if (last > at && QuotedLines.isMarked(line) && !BROKEN_ADDRESS.matcher(line).matches()) {
        return -1;
      }
      if (!line.isEmpty() && introduces(lines, at, first, last)) {
        return beginsLater(lines, at, last) ? -1 : last + 1;
      }
    }
    return -1;
  }

  private static boolean introduces(List<String> lines, int at, String first, int last) {
    String text = joined(lines, at, first, last);
    if (text.length() > LONGEST_INTRODUCTION) {
      return false;
    }
    boolean gap = lines.subList(at, last).stream().anyMatch(String::isBlank);
    if (gap && !(text.contains("<") && text.contains("@"))) {
      return false;
    }
    if (saysWhen(text)) {
      return true;
    }
    // these may begin with anything, so only an address may stand on a line of its own
    boolean whole = last == at || last == at + 1 && lines.get(last).stripLeading().startsWith("<");
    return whole && (ADDRESS_WROTE.matcher(text).matches() || EASTERN.matcher(text).matches());
  }

  private static boolean saysWhen(String text) {
    return ON_WROTE.matcher(text).matches()
        || DATE_NAME_ADDRESS.matcher(text).matches()
        || LONG_DATE_NAME_ADDRESS.matcher(text).matches();
  }

  /** "On Tuesday, please", then a line with the real introduction. */
  private static boolean beginsLater(List<String> lines, int at, int last) {
    for (int later = at + 1; later <= last; later++) {
      if (saysWhen(joined(lines, later, lines.get(later), last))) {
        return true;
      }
    }
    return false;
  }

  private static String joined(List<String> lines, int at, String first, int last) {
    var joined = new StringBuilder(first.strip());
    for (int n = at + 1; n <= last && joined.length() <= LONGEST_INTRODUCTION; n++) {
      String line = lines.get(n).strip();
      if (!line.isEmpty()) {
        joined.append(' ').append(line);
      }
    }
    return joined.toString();
  }

  /** Cheap: most lines are none. */
  private static boolean mayIntroduce(String line) {
    return line.length() <= LONGEST_INTRODUCTION
        && (line.indexOf('@') >= 0
            || line.chars().anyMatch(Character::isDigit)
            || line.contains("<"));
  }

  /** The line after a block of header fields that begins here, or -1. */
  private static int endOfBlock(List<String> lines, int at) {
    if (label(lines.get(at)) == null) {
      return -1;
    }
    Set<Field> seen = new HashSet<>();
    boolean address = false;
    int last = at;
    int strangers = 0;
    for (int n = at; n < lines.size() && n < at + 14; n++) {
      String line = lines.get(n);
      if (line.length() > LONGEST_LINE || line.isBlank()) {
        break;
      }
      Field field = label(line);
      if (field == null) {
        // a long list of recipients goes on
        strangers++;
        if (strangers > 2) {
          break;
        }
        address |= line.indexOf('@') >= 0;
        continue;
      }
      strangers = 0;
      seen.add(field);
      address |= line.indexOf('@') >= 0;
      last = n;
    }
    boolean names = seen.contains(Field.FROM) || seen.contains(Field.DATE);
    boolean block =
        names
            && (seen.size() >= 2 && address
                || seen.size() >= 3 && seen.contains(Field.FROM) && seen.contains(Field.DATE));
    return block ? last + 1 : -1;
  }

  /** After "Original Message" fields may follow, or nothing. */
  private static int afterFields(List<String> lines, int from) {
    int at = nextSaid(lines, from);
    int end = at < lines.size() ? endOfBlock(lines, at) : -1;
    return end > 0 ? end : from;
  }

  private static int nextSaid(List<String> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).isBlank()) {
      at++;
    }
    return at;
  }

  private static @Nullable Field label(String line) {
    if (line.length() > LONGEST_LINE) {
      return null;
    }
    Matcher label = LABEL.matcher(line);
    return label.matches() ? LABELS.get(label.group(1).strip().toLowerCase(Locale.ROOT)) : null;
  }

  private static Map<String, Field> labels() {
    var labels = new java.util.HashMap<String, Field>();
    put(
        labels,
        Field.FROM,
        "from,von,de,da,van,fra,från,lähettäjä,od,от,від,kimden,feladó,de la,从,发件人,差出人,보낸 사람"
            + ",từ,expéditeur,absender,afzender,remitente,mittente,sender");
    put(
        labels,
        Field.DATE,
        "date,sent,datum,gesendet,gesendet am,envoyé,envoyé le,enviado,enviado el,enviada em,enviado em,data"
            + ",inviato,verzonden,verzonden op,sendt,skickat,lähetetty,wysłano,wysłane,data wysłania,дата"
            + ",отправлено,надіслано,gönderildi,elküldve,odesláno,trimis,fecha,dato,päivämäärä,дата отправки"
            + ",发送时间,送信日時,보낸 날짜,đã gửi,tarih");
    put(
        labels,
        Field.TO,
        "to,an,à,a,para,til,till,aan,naar,vastaanottaja,do,komu,кому,kime,címzett,către,收件人,宛先"
            + ",받는 사람,đến,destinataire,destinatario,empfänger");
    put(labels, Field.COPY, "cc,kopie,kopia,copie,copia,копия,bilgi,másolatot kap,抄送");
    put(
        labels,
        Field.SUBJECT,
        "subject,betreff,objet,asunto,oggetto,assunto,onderwerp,emne,ämne,aihe,temat,předmět,тема"
            + ",konu,tárgy,subiect,主题,件名,제목,chủ đề");
    return Map.copyOf(labels);
  }

  private static void put(Map<String, Field> labels, Field field, String names) {
    for (String name : names.split(",")) {
      labels.putIfAbsent(name, field);
    }
  }
}
