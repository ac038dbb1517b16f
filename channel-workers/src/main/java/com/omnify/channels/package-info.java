@NullMarked
package com.omnify.channels;

import org.jspecify.annotations.NullMarked;
