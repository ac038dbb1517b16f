package com.omnify.channels.voice;

import com.omnify.channels.compose.policy.CallScript;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.net.URI;

/**
 * A call that is to be placed.
 *
 * @param numberId VAPI's id of the number of ours that calls
 * @param to the person's number, E.164
 * @param webhook where VAPI reports on it; it names the dispatch
 */
record CallOrder(
    VapiAccount account,
    String numberId,
    String to,
    ClientId client,
    DispatchId dispatch,
    CallScript script,
    URI webhook) {}
