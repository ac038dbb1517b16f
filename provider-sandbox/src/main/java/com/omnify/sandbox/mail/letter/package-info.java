@NullMarked
package com.omnify.sandbox.mail.letter;

import org.jspecify.annotations.NullMarked;
