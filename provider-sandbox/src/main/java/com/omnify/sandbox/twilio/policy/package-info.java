@NullMarked
package com.omnify.sandbox.twilio.policy;

import org.jspecify.annotations.NullMarked;
