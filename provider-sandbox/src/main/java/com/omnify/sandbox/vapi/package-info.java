@NullMarked
package com.omnify.sandbox.vapi;

import org.jspecify.annotations.NullMarked;
