package com.omnify.events.email.reply.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Signatures that mark themselves: after {@code "-- "}, and what devices and programs append. */
final class Signatures {

  /** A longer text after two dashes is something said. */
  private static final int MOST_SIGNATURE_LINES = 15;

  private static final int LONGEST_LINE = 160;

  /** How many of the last lines a device's may be among: a name or a slogan can follow it. */
  private static final int TAIL = 3;

  private static final Pattern DELIMITER = Pattern.compile("\\s?(?:--|—|–)\\s*");

  /** With its preposition: "sent the windows man home" is something said. */
  private static final String SENT =
      "(?:sent|written|composed|typed) (?:from|via|using|with|by|through|on)"
          + "|get (?=outlook|bluemail|yahoo|aol|spark)"
          + "|gesendet (?:von|mit|über|aus|via)|von mein(?:em|er)|diese nachricht wurde von mein(?:em|er)"
          + "|envoy[ée]e? (?:de|depuis|à partir|avec|par|via)|obtenez (?=outlook)|télécharge[rz] (?=outlook)"
          + "|enviad[oa] (?:desde|de|do|da|a partir|pelo|através|con|via)|obtener (?=outlook)|obter (?=o? ?outlook)"
          + "|inviat[oa] (?:da|dal|dall|con|tramite|via)|scarica (?=outlook)|ottieni (?=outlook)"
          + "|(?:verzonden|verstuurd) (?:vanaf|vanuit|met|via|van|door)|download (?=outlook)"
          + "|skickat från|skickades? från|hämta (?=outlook)|sendt fra|sendt via|hent (?=outlook)|få (?=outlook)"
          + "|lähetetty|wysłan[oey] z|pobierz (?=outlook)|отправлен[оа]? (?:с|из|от)|надіслано (?:з|із)"
          + "|odesláno z|odoslané z|trimis (?:de|din)|elküldve|đã gửi từ|poslano (?:s|z)|hol dir (?=outlook)"
          + "|holen sie sich (?=outlook)|this (?:message|e-?mail) was sent (?:from|via|using)";

  private static final String DEVICE =
      "iphone|ipad|ipod|android|samsung|galaxy|blackberry|huawei|xiaomi|oneplus|pixel|nokia|lumia"
          + "|sony|xperia|motorola|outlook|windows|mail for|mail pour|mail für|yahoo|aol|gmail|gmx"
          + "|web\\.de|proton ?mail|tutanota|hotmail|nine|acompli|mailbird|spark|t-mobile|verizon"
          + "|at&t|mobile|handy|smartphone|smart phone|telefoon|téléphone|tel[ée]fono|móvil|mobil"
          + "|mobilen|cellulare|celular|телефона?|айфона?|mail\\.ru|яндекс|thunderbird|sparrow"
          + "|airmail|newton|zoho|fastmail|superhuman|apple watch|phone|tablet|bluemail";

  private static final Pattern DEVICE_LINE =
      Pattern.compile(
          "[\\s*_<>\\[(-]{0,10}(?:"
              + SENT
              + ").{0,60}?(?<!\\w)(?:"
              + DEVICE
              + ")(?!\\w)[^?]{0,70}"
              + "|.{0,40}(?:iphone|ipad|android|cihaz)\\S{0,6}.{0,20} gönderildi\\W*",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

  private Signatures() {}

  /** The text of these lines without its signature, stripped. */
  static String strip(List<String> lines) {
    var kept = new ArrayList<>(lines.subList(0, endBeforeDelimiter(lines)));
    trim(kept);
    int said = 0;
    for (int at = kept.size() - 1; at >= 0 && said < TAIL; at--) {
      String line = kept.get(at);
      if (isDevice(line)) {
        kept.remove(at);
        said = 0;
      } else if (!line.isBlank()) {
        said++;
      }
    }
    trim(kept);
    return String.join("\n", kept).strip();
  }

  static boolean isDevice(String line) {
    return line.length() <= LONGEST_LINE && DEVICE_LINE.matcher(line).matches();
  }

  private static int endBeforeDelimiter(List<String> lines) {
    for (int at = Math.max(0, lines.size() - MOST_SIGNATURE_LINES); at < lines.size(); at++) {
      if (DELIMITER.matcher(lines.get(at)).matches()) {
        return at;
      }
    }
    return lines.size();
  }

  private static void trim(List<String> lines) {
    while (!lines.isEmpty() && lines.getLast().isBlank()) {
      lines.removeLast();
    }
  }
}
