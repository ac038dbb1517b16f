package com.omnify.events.optout.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How many of those who want out are understood, and how many others are silenced. */
class OptOutCorpusTest {

  private record Sentence(boolean out, String text) {}

  private record Figures(List<String> missed, List<String> silenced, long outs, long ins) {
    double recall() {
      return 1 - (double) missed.size() / outs;
    }

    double precision() {
      double found = outs - missed.size();
      return found / (found + silenced.size());
    }
  }

  private static Figures judge(String resource) {
    var missed = new ArrayList<String>();
    var silenced = new ArrayList<String>();
    List<Sentence> sentences = read(resource);
    for (Sentence sentence : sentences) {
      boolean stop = OptOutRule.read(sentence.text(), null) == Keyword.STOP;
      if (sentence.out() && !stop) {
        missed.add(sentence.text());
      } else if (!sentence.out() && stop) {
        silenced.add(sentence.text());
      }
    }
    long outs = sentences.stream().filter(Sentence::out).count();
    var figures = new Figures(missed, silenced, outs, sentences.size() - outs);
    System.out.printf(
        "%s: %d of %d opt-outs found (recall %.3f), %d of %d others taken for one (precision %.3f);"
            + " missed %s, silenced %s%n",
        resource,
        outs - missed.size(),
        outs,
        figures.recall(),
        silenced.size(),
        figures.ins(),
        figures.precision(),
        missed,
        silenced);
    return figures;
  }

  private static List<Sentence> read(String resource) {
    try (var in = OptOutCorpusTest.class.getResourceAsStream("/optout/" + resource)) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return all.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", 2))
          .map(parts -> new Sentence(parts[0].equals("out"), parts[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatItWasMadeForItUnderstands() {
    var figures = judge("sentences.tsv");
    assertThat(figures.recall()).isGreaterThan(0.98);
    assertThat(figures.precision()).isGreaterThan(0.99);
  }

  @Test
  void ofWordsItHasNotMetItUnderstandsMostAndSilencesNobody() {
    var figures = judge("unseen.tsv");
    assertThat(figures.recall()).isGreaterThan(0.75);
    assertThat(figures.silenced()).isEmpty();
  }

  /** Ninety thousand sentences that hardly anybody means as an opt-out, where they are there. */
  @Test
  void otherPeoplesConversationIsLeftAlone() throws IOException {
    Path data = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("shared/data/emotion/goemotions/train.tsv"))) {
        data = at.resolve("shared/data/emotion");
        break;
      }
    }
    assumeTrue(data != null, "the public sentences are not here");
    var texts = new ArrayList<String>();
    for (String split : List.of("train", "dev", "test")) {
      lines(data.resolve("goemotions/" + split + ".tsv"))
          .map(line -> line.split("\t")[0])
          .forEach(texts::add);
    }
    for (String split : List.of("train", "test")) {
      lines(data.resolve("banking77/" + split + ".csv"))
          .map(line -> line.replaceAll(",[A-Za-z_?]+$", ""))
          .forEach(texts::add);
    }
    var taken = texts.stream().filter(text -> OptOutRule.read(text, null) == Keyword.STOP).toList();
    System.out.printf(
        "%d of %d public sentences taken for an opt-out%n", taken.size(), texts.size());
    assertThat(texts).hasSizeGreaterThan(60_000);
    assertThat(taken).hasSizeLessThan(60);
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
