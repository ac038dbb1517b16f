@NullMarked
package com.omnify.sandbox.time;

import org.jspecify.annotations.NullMarked;
