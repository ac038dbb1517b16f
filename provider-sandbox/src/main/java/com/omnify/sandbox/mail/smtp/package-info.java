@NullMarked
package com.omnify.sandbox.mail.smtp;

import org.jspecify.annotations.NullMarked;
