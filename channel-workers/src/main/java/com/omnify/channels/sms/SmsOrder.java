package com.omnify.channels.sms;

import java.net.URI;

/**
 * What is to be sent.
 *
 * @param from ours, E.164
 * @param to the person's, E.164
 * @param statusCallback where reports go; it names the dispatch
 */
public record SmsOrder(
    TwilioAccount account, String from, String to, String body, URI statusCallback) {}
