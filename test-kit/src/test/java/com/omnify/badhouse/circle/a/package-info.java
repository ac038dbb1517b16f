@NullMarked
package com.omnify.badhouse.circle.a;

import org.jspecify.annotations.NullMarked;
