@NullMarked
package com.omnify.sandbox;

import org.jspecify.annotations.NullMarked;
