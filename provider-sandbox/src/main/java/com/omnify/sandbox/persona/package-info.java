@NullMarked
package com.omnify.sandbox.persona;

import org.jspecify.annotations.NullMarked;
