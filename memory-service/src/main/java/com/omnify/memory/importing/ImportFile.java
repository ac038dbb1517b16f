package com.omnify.memory.importing;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** How the bytes of a file become rows. */
final class ImportFile {

  static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** Characters of one row; whoever forgets a closing quote is stopped here. */
  static final int LONGEST_ROW = 256 * 1024;

  private ImportFile() {}

  /**
   * Rows in the file's order, the header among them and empty lines too, so that they count as a
   * spreadsheet counts them.
   */
  static CsvReader<CsvRecord> rows(InputStream in, Charset charset, char separator)
      throws IOException {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(false)
        .allowMissingFields(true)
        .allowExtraFields(true)
        .allowExtraCharsAfterClosingQuote(true)
        .maxBufferSize(LONGEST_ROW)
        .ofCsvRecord(text(in, charset));
  }

  /** The text without a byte order mark. */
  static Reader text(InputStream in, Charset charset) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(in, charset), 1 << 16);
    reader.mark(1);
    if (reader.read() != '\uFEFF') {
      reader.reset();
    }
    return reader;
  }

  /**
   * Tells a file's encoding from all of its bytes, as they pass by: what its mark says, else UTF-8
   * where all of it is, else what spreadsheets on Windows write.
   */
  static final class EncodingWatch {

    private final CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer nowhere = CharBuffer.allocate(8 * 1024);
    private final byte[] head = new byte[2];
    private byte[] left = new byte[0];
    private long seen;
    private boolean isUtf8 = true;

    void see(byte[] bytes, int length) {
      for (int n = 0; n < length && seen + n < head.length; n++) {
        head[(int) seen + n] = bytes[n];
      }
      seen += length;
      if (!isUtf8) {
        return;
      }
      ByteBuffer in = ByteBuffer.allocate(left.length + length);
      in.put(left).put(bytes, 0, length).flip();
      CoderResult result;
      do {
        nowhere.clear();
        result = utf8.decode(in, nowhere, false);
      } while (result.isOverflow());
      isUtf8 = !result.isError();
      // a character may be cut in two
      left = new byte[in.remaining()];
      in.get(left);
    }

    Charset verdict() {
      if (seen >= 2 && head[0] == (byte) 0xFF && head[1] == (byte) 0xFE) {
        return StandardCharsets.UTF_16LE;
      }
      if (seen >= 2 && head[0] == (byte) 0xFE && head[1] == (byte) 0xFF) {
        return StandardCharsets.UTF_16BE;
      }
      return isUtf8 && left.length == 0 ? StandardCharsets.UTF_8 : WINDOWS_1252;
    }
  }
}
