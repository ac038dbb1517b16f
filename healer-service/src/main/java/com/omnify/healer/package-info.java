@NullMarked
package com.omnify.healer;

import org.jspecify.annotations.NullMarked;
