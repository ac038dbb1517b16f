package com.omnify.events.lead.policy;

/**
 * What somebody answered in a form.
 *
 * @param name of the question, as the form calls it
 */
public record Answer(String name, String value) {}
