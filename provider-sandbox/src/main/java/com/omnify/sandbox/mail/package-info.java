@NullMarked
package com.omnify.sandbox.mail;

import org.jspecify.annotations.NullMarked;
