@NullMarked
package com.omnify.console;

import org.jspecify.annotations.NullMarked;
