@NullMarked
package com.omnify.sandbox.vapi.policy;

import org.jspecify.annotations.NullMarked;
