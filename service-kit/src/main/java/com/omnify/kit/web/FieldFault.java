package com.omnify.kit.web;

/**
 * What is wrong with one field of a request.
 *
 * @param field its path as in the request: {@code steps[0].content.body}
 * @param message what is wrong
 * @param fix what to send instead
 */
public record FieldFault(String field, String message, String fix) {}
