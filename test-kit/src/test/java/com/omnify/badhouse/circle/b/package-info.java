@NullMarked
package com.omnify.badhouse.circle.b;

import org.jspecify.annotations.NullMarked;
