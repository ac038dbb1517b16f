package com.omnify.launcher.fleet;

/** A program that ends by itself. */
final class Ends {

  private Ends() {}

  public static void main(String[] arguments) {
    System.out.println("done");
  }
}
