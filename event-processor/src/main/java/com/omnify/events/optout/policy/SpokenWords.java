package com.omnify.events.optout.policy;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A message as a listener would hear it: lower-case words without accents, punctuation, invisible
 * characters, full-width forms and letters of other scripts that look like ours. A bar stands where
 * a sentence ends.
 */
final class SpokenWords {

  static final String END = "|";

  /** Lower-case letters of Cyrillic and Greek, in the order of those they are taken for. */
  private static final String LOOK_ALIKE = "авсеніјкморѕтухԁԛԝһαβεικνορτυχ";

  private static final String LATIN = "abcehijkmopstyxdqwhabeikvoptux";

  private static final int LONGEST = 1600;

  private SpokenWords() {}

  static List<String> of(String body) {
    String text = body.length() > LONGEST ? body.substring(0, LONGEST) : body;
    text = Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    var clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(clean, c));
    var words = new ArrayList<String>();
    for (String word : clean.toString().strip().split("\\s+")) {
      if (!word.isEmpty()) {
        words.add(word.replaceAll("(.)\\1{2,}", "$1"));
      }
    }
    return spelledOut(words);
  }

  private static void append(StringBuilder clean, int c) {
    if (Character.isLetterOrDigit(c)) {
      int at = LOOK_ALIKE.indexOf(c);
      clean.appendCodePoint(at < 0 ? c : LATIN.charAt(at));
    } else if (c == '\n' || c == '!' || c == '?' || c == '.' || c == ';') {
      clean.append(" | ");
    } else if (!isSilent(c)) {
      clean.append(' ');
    }
  }

  private static boolean isSilent(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.FORMAT
        || type == Character.ENCLOSING_MARK
        || c == '\''
        || c == '’'
        || c == '‘'
        || c == '`'
        || c == '´';
  }

  /** "S.T.O.P" and "s t o p" are one word. */
  private static List<String> spelledOut(List<String> words) {
    var letters = words.stream().filter(word -> !word.equals(END)).toList();
    boolean spelled = letters.size() > 2 && letters.stream().allMatch(word -> word.length() == 1);
    return spelled ? List.of(String.join("", letters)) : words;
  }

  /** Without their ends; none is empty. */
  static List<List<String>> sentences(List<String> words) {
    var sentences = new ArrayList<List<String>>();
    var sentence = new ArrayList<String>();
    for (String word : words) {
      if (!word.equals(END)) {
        sentence.add(word);
      } else if (!sentence.isEmpty()) {
        sentences.add(List.copyOf(sentence));
        sentence.clear();
      }
    }
    if (!sentence.isEmpty()) {
      sentences.add(List.copyOf(sentence));
    }
    return sentences;
  }
}
