@NullMarked
package com.omnify.sandbox.resend;

import org.jspecify.annotations.NullMarked;
