package com.omnify.launcher.fleet;

/**
 * The fleet's database and who may migrate it.
 *
 * @param url of the database itself
 * @param serverUrl of the maintenance database of the same server
 */
public record DatabaseAddress(
    String url, String serverUrl, String name, String adminUser, String adminPassword) {}
