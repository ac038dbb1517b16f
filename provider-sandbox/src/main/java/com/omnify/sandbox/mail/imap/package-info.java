@NullMarked
package com.omnify.sandbox.mail.imap;

import org.jspecify.annotations.NullMarked;
