@NullMarked
package com.omnify.badhouse.healer;

import org.jspecify.annotations.NullMarked;
