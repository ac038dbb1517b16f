package com.omnify.memory.importing;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ImportId;
import java.io.IOException;
import java.io.InputStream;

/** The file of an import, piece by piece from the database, each in a transaction of its own. */
final class StoredFile extends InputStream {

  private final Transactions transactions;
  private final Imports imports;
  private final ClientId client;
  private final ImportId id;
  private byte[] chunk = new byte[0];
  private int next;
  private int position;
  private boolean ended;

  StoredFile(Transactions transactions, Imports imports, ClientId client, ImportId id) {
    this.transactions = transactions;
    this.imports = imports;
    this.client = client;
    this.id = id;
  }

  @Override
  public int read() throws IOException {
    return fill() ? chunk[position++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int read = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, into, offset, read);
    position += read;
    return read;
  }

  private boolean fill() {
    if (position < chunk.length) {
      return true;
    }
    if (!ended) {
      int wanted = next++;
      byte[] read =
          transactions
              .readInClient(client, () -> imports.chunk(client, id, wanted))
              .orElse(new byte[0]);
      ended = read.length == 0;
      chunk = read;
      position = 0;
    }
    return !ended;
  }
}
