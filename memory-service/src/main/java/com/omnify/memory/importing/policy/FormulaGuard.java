package com.omnify.memory.importing.policy;

/**
 * A cell that begins like a formula is one to a spreadsheet, whoever wrote it: in files that we
 * hand out, such a cell is text.
 */
public final class FormulaGuard {

  private FormulaGuard() {}

  /** The cell with an apostrophe before it where a spreadsheet would compute or fetch something. */
  public static String text(String cell) {
    String seen = cell.stripLeading();
    return !cell.isEmpty() && (begins(cell.charAt(0)) || !seen.isEmpty() && begins(seen.charAt(0)))
        ? "'" + cell
        : cell;
  }

  /** Full-width forms too: some programs take them for the plain ones. */
  private static boolean begins(char c) {
    return c == '='
        || c == '+'
        || c == '-'
        || c == '@'
        || c == '\t'
        || c == '\r'
        || c == '\n'
        || c == '\uFF1D'
        || c == '\uFF0B'
        || c == '\uFF0D'
        || c == '\uFF20';
  }
}
