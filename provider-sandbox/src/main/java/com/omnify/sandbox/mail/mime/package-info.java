@NullMarked
package com.omnify.sandbox.mail.mime;

import org.jspecify.annotations.NullMarked;
