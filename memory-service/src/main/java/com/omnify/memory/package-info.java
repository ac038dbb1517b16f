@NullMarked
package com.omnify.memory;

import org.jspecify.annotations.NullMarked;
