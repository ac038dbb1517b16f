@NullMarked
package com.omnify.learning;

import org.jspecify.annotations.NullMarked;
