package com.omnify.events.email.autoreply.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When someone who is away will be back, read from what their machine says. A day that cannot be
 * told, as 5/6 in English, is none: nothing waits for a guess.
 */
final class ReturnDates {

  private static final int FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;

  /** Longer absences are a year misread. */
  private static final int FURTHEST_DAYS = 400;

  private static final int WINDOW = 60;

  private enum Order {
    DAY_FIRST,
    UNKNOWN
  }

  /**
   * What a return or an end of absence is announced by. "Back" beats "until", which may be last.
   */
  private record Announcement(Pattern words, Order order, boolean lastDayAway, int rank) {}

  private static final List<Announcement> ANNOUNCEMENTS =
      List.of(
          new Announcement(
              words(
                  "(?:be |am |'ll be )?back(?: in(?: the)? office| at work| at my desk| online)?(?: again)?(?: on| by| from)?"
                      + "|return(?:ing|s|ed)?(?: to (?:the |my )?(?:office|work|desk))?(?: on| by)?"
                      + "|available(?: again)?(?: from| on| as of)|resume(?: work)? on"),
              Order.UNKNOWN,
              false,
              0),
          new Announcement(
              words(
                  "(?:ab|wieder (?:ab|am)|zurück (?:ab|am)?|wieder (?:im büro|erreichbar|da|für sie da|zurück|im haus)(?: (?:ab|am))?(?: dem)?"
                      + "|(?:bin|sind) (?:ich|wir) (?:ab|am)(?: dem)?)"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words(
                  "(?:de retour|reviens|reviendrai|serai de retour|reprends|retour)(?: au bureau)?(?: le| dès le| à partir du)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words(
                  "(?:regreso|regresar[eé]|regresaré|vuelvo|volver[eé]|de vuelta|reincorporo)(?: a la oficina)?(?: el| a partir del| el día)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words(
                  "(?:retorno|retornarei|regresso|regressarei|volto|voltarei|de volta)(?: ao escritório)?(?: em| no dia| a partir de| dia)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words(
                  "(?:rientro|rientrerò|tornerò|torno|sarò di ritorno|di ritorno|ritorno|rientrer[oò])(?: in ufficio)?(?: il| dal| a partire dal)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words(
                  "(?:terug|weer aanwezig|weer bereikbaar|weer op kantoor)(?: op kantoor)?(?: op| vanaf)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words("(?:tillbaka|åter|tilbage|tilbake)(?: på kontoret)?(?: den| igen)?"),
              Order.DAY_FIRST,
              false,
              0),
          new Announcement(
              words("(?:through|thru|up to and including|to and including)"),
              Order.UNKNOWN,
              true,
              1),
          new Announcement(
              words("bis(?: einschließlich| inklusive| inkl\\.| zum| einschl\\.)?(?: zum)?"),
              Order.DAY_FIRST,
              true,
              1),
          new Announcement(
              words("(?:jusqu'au|jusqu’au|au)(?: et y compris)?"), Order.DAY_FIRST, true, 1),
          new Announcement(words("hasta(?: el)?(?: día)?"), Order.DAY_FIRST, true, 1),
          new Announcement(words("até(?: o dia| ao dia| dia| o| a)?"), Order.DAY_FIRST, true, 1),
          new Announcement(words("fino (?:al|a)"), Order.DAY_FIRST, true, 1),
          new Announcement(words("(?:t/m|tot en met|tot)"), Order.DAY_FIRST, true, 1),
          new Announcement(
              words("(?:till och med|t\\.o\\.m\\.|til og med)(?: den)?"), Order.DAY_FIRST, true, 1),
          new Announcement(words("(?:until|till|til|up to)"), Order.UNKNOWN, false, 2));

  private static final Pattern LEAD =
      Pattern.compile(
          "(?:(?:on|the|am|dem|den|le|el|il|op|day|día|dia|again)\\s|[,:]\\s?){0,3}", FLAGS);

  private static final Map<String, Integer> MONTHS = months();
  private static final Map<String, DayOfWeek> WEEKDAYS = weekdays();

  private static final String WEEKDAY =
      "(?:\\p{L}{2,14}(?:-feira)?\\.?,?\\s(?:den |dem |the |le |il |el )?)?";
  private static final Pattern ISO =
      Pattern.compile(WEEKDAY + "(\\d{4})-(\\d{1,2})-(\\d{1,2})(?!\\d)", FLAGS);
  private static final Pattern MONTH_DAY =
      Pattern.compile(
          WEEKDAY
              + "(\\p{L}{3,12})\\.?\\s(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])(?:,?\\s(\\d{4}))?",
          FLAGS);
  private static final Pattern DAY_MONTH =
      Pattern.compile(
          WEEKDAY
              + "(\\d{1,2})(?:st|nd|rd|th|er|º|°|\\.)?\\s?(?:of |de |di |d')?(\\p{L}{3,12})\\.?(?:,?\\s(?:de |del )?(\\d{4}))?",
          FLAGS);
  private static final Pattern DOTTED =
      Pattern.compile(
          WEEKDAY + "(\\d{1,2})\\.\\s?(\\d{1,2})\\.(?:\\s?(\\d{4}|\\d{2})(?!\\d))?", FLAGS);
  private static final Pattern SLASHED =
      Pattern.compile(
          WEEKDAY + "(\\d{1,2})[/.-](\\d{1,2})(?:[/.-](\\d{4}|\\d{2}))?(?![\\d/])", FLAGS);
  private static final Pattern WORD =
      Pattern.compile(
          "(?:next |nächsten |kommenden |prochain |próximo )?(\\p{L}{3,14}(?:-feira)?)", FLAGS);

  private ReturnDates() {}

  /**
   * The day of return: of the strongest announcement with a date that can be told.
   *
   * @param received the day the message came
   */
  static Optional<LocalDate> find(String text, LocalDate received) {
    String line = text.replaceAll("\\s+", " ");
    LocalDate best = null;
    int rank = Integer.MAX_VALUE;
    for (Announcement announcement : ANNOUNCEMENTS) {
      if (announcement.rank() >= rank) {
        continue;
      }
      Matcher words = announcement.words().matcher(line);
      while (words.find()) {
        String after = line.substring(words.end(), Math.min(line.length(), words.end() + WINDOW));
        Optional<LocalDate> date = dateAt(after.stripLeading(), announcement.order(), received);
        if (date.isPresent() && plausible(date.get(), received)) {
          best = announcement.lastDayAway() ? date.get().plusDays(1) : date.get();
          rank = announcement.rank();
          break;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean plausible(LocalDate date, LocalDate received) {
    long days = ChronoUnit.DAYS.between(received, date);
    return days >= 0 && days <= FURTHEST_DAYS;
  }

  private static Optional<LocalDate> dateAt(String text, Order order, LocalDate received) {
    Matcher lead = LEAD.matcher(text);
    String rest = lead.lookingAt() ? text.substring(lead.end()) : text;
    Matcher m = ISO.matcher(rest);
    if (m.lookingAt()) {
      return date(m.group(1), number(m.group(2)), number(m.group(3)), received);
    }
    m = DOTTED.matcher(rest);
    if (m.lookingAt()) {
      return date(m.group(3), number(m.group(2)), number(m.group(1)), received);
    }
    m = SLASHED.matcher(rest);
    if (m.lookingAt()) {
      int first = number(m.group(1));
      int second = number(m.group(2));
      if (first > 12 || first == second || order == Order.DAY_FIRST) {
        return date(m.group(3), second, first, received);
      }
      return second > 12 ? date(m.group(3), first, second, received) : Optional.empty();
    }
    m = DAY_MONTH.matcher(rest);
    if (m.lookingAt() && month(m.group(2)) != 0) {
      return date(m.group(3), month(m.group(2)), number(m.group(1)), received);
    }
    m = MONTH_DAY.matcher(rest);
    if (m.lookingAt() && month(m.group(1)) != 0) {
      return date(m.group(3), month(m.group(1)), number(m.group(2)), received);
    }
    m = WORD.matcher(rest);
    return m.lookingAt() ? day(m.group(1).toLowerCase(Locale.ROOT), received) : Optional.empty();
  }

  private static Optional<LocalDate> day(String word, LocalDate received) {
    if (List.of("tomorrow", "morgen", "demain", "mañana", "amanhã", "domani", "imorgon")
        .contains(word)) {
      return Optional.of(received.plusDays(1));
    }
    DayOfWeek weekday = WEEKDAYS.get(word);
    return weekday == null
        ? Optional.empty()
        : Optional.of(received.with(TemporalAdjusters.next(weekday)));
  }

  /** Without a year: the next such day. */
  private static Optional<LocalDate> date(
      @org.jspecify.annotations.Nullable String year, int month, int day, LocalDate received) {
    try {
      if (year != null) {
        int number = number(year);
        return Optional.of(LocalDate.of(number < 100 ? 2000 + number : number, month, day));
      }
      LocalDate date = LocalDate.of(received.getYear(), month, day);
      return Optional.of(
          date.isBefore(received) ? LocalDate.of(received.getYear() + 1, month, day) : date);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static int month(String word) {
    return MONTHS.getOrDefault(word.toLowerCase(Locale.ROOT), 0);
  }

  private static Pattern words(String alternatives) {
    return Pattern.compile("(?<![\\w-])(?:" + alternatives + ")(?=[\\s:,])", FLAGS);
  }

  private static Map<String, Integer> months() {
    var months = new HashMap<String, Integer>();
    String[] names = {
      "january jan januar jänner januari janvier janv enero ene janeiro gennaio gen",
      "february feb februar februari février févr fev fév febrero fevereiro febbraio febr",
      "march mar märz mrz mars maart marzo março mrt",
      "april apr avril avr abril abr aprile",
      "may mai mei mayo maio maggio maj mag",
      "june jun juni juin junio junho giugno giu",
      "july jul juli juillet juil julio julho luglio lug",
      "august aug août aout agosto ago augustus augusti",
      "september sep sept septembre septiembre setembro settembre set",
      "october oct okt oktober octobre octubre outubro ottobre ott out",
      "november nov novembre noviembre novembro",
      "december dec dez dezember décembre déc diciembre dic dezembro dicembre"
    };
    for (int month = 0; month < names.length; month++) {
      for (String name : names[month].split(" ")) {
        months.put(name, month + 1);
      }
    }
    return Map.copyOf(months);
  }

  private static Map<String, DayOfWeek> weekdays() {
    var days = new HashMap<String, DayOfWeek>();
    String[] names = {
      "monday montag lundi lunes lunedì lunedi maandag måndag mandag segunda segunda-feira",
      "tuesday dienstag mardi martes martedì martedi dinsdag tisdag tirsdag terça-feira",
      "wednesday mittwoch mercredi miércoles mercoledì woensdag onsdag quarta-feira",
      "thursday donnerstag jeudi jueves giovedì donderdag torsdag quinta-feira",
      "friday freitag vendredi viernes venerdì vrijdag fredag sexta-feira",
      "saturday samstag samedi sábado sabato zaterdag lördag lørdag",
      "sunday sonntag dimanche domingo domenica zondag söndag søndag"
    };
    for (int day = 0; day < names.length; day++) {
      for (String name : names[day].split(" ")) {
        days.put(name, DayOfWeek.of(day + 1));
      }
    }
    return Map.copyOf(days);
  }
}
