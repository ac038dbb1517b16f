@NullMarked
package com.omnify.launcher;

import org.jspecify.annotations.NullMarked;
