@NullMarked
package com.omnify.sandbox.twilio;

import org.jspecify.annotations.NullMarked;
