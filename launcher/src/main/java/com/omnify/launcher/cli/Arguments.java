package com.omnify.launcher.cli;

import java.util.ArrayList;
import java.util.List;

/** Command lines for another process of ours. */
final class Arguments {

  private Arguments() {}

  /** The same command, but to be run in the foreground. */
  static List<String> forBackground(String command, List<String> original) {
    var arguments = new ArrayList<String>();
    arguments.add(command);
    for (var argument : original) {
      boolean name = argument.equals(command) && arguments.size() == 1;
      if (!name && !argument.equals("-d") && !argument.equals("--detach")) {
        arguments.add(argument);
      }
    }
    return arguments;
  }
}
